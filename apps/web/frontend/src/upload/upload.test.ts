import { describe, expect, it } from "vitest";
import { checkFile, MAX_UPLOAD_BYTES } from "./checks";
import { addSample, bytesPerSecond, secondsLeft, type RateSample } from "./rate";

describe("checkFile", () => {
  it("accepts a phone's film, whatever the case of its name", () => {
    expect(checkFile({ name: "IMG_0042.MOV", size: 10 })).toBeNull();
  });

  it("names what is wrong", () => {
    expect(checkFile({ name: "plan.pdf", size: 10 })).toBe("extension");
    expect(checkFile({ name: "mp4", size: 10 })).toBe("extension");
    expect(checkFile({ name: "a.mp4", size: 0 })).toBe("empty");
    expect(checkFile({ name: "a.mp4", size: MAX_UPLOAD_BYTES })).toBeNull();
    expect(checkFile({ name: "a.mp4", size: MAX_UPLOAD_BYTES + 1 })).toBe("tooLarge");
  });
});

describe("rate", () => {
  const run = (steps: [number, number][]) =>
    steps.reduce<RateSample[]>((samples, [at, bytes]) => addSample(samples, { at, bytes }), []);

  it("needs two moments", () => {
    expect(bytesPerSecond(run([[0, 0]]))).toBeNull();
    expect(secondsLeft(run([[0, 0]]), 100)).toBeNull();
  });

  it("measures over the last seconds only", () => {
    const samples = run([[0, 0], [10_000, 100], [12_000, 300]]);
    expect(bytesPerSecond(samples)).toBe(100);
    expect(secondsLeft(samples, 1300)).toBe(10);
  });

  it("promises no end while nothing moves", () => {
    expect(secondsLeft(run([[0, 500], [2000, 500]]), 1000)).toBeNull();
  });
});
