import { describe, expect, it } from "vitest";
import { guessName, isCode, plainCode } from "./device-name";

describe("the phone's page", () => {
  it("guesses what the phone is called", () => {
    expect(guessName("Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605")).toBe("iPhone");
    expect(guessName("Mozilla/5.0 (Linux; Android 14; Pixel 8 Build/UQ1A) AppleWebKit/537")).toBe("Pixel 8");
    expect(guessName("Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36")).toBe("Android");
    expect(guessName("something else")).toBe("");
  });

  it("takes a code as people type it", () => {
    expect(plainCode(" ab2d-ef3h ")).toBe("AB2DEF3H");
    expect(isCode("AB2D EF3H")).toBe(true);
    expect(isCode("AB2DEF3")).toBe(false);
  });
});
