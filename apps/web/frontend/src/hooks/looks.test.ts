import { readFileSync } from "node:fs";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Me } from "@/api/types";
import { chosenLanguage, keptLooks, loadLooks, looksOf, storeLooks, usualLooks, type Looks } from "./looks";

const me = (said: Partial<Me>) => ({ language: null, theme: "system", units: "metric", speed_unit: null, ...said }) as Me;
const shown: Looks = { theme: "dark", language: "es", system: "imperial", speed: "m/s" };

function browserWith(kept: string | null, language = "es-MX") {
  const stored = new Map(kept === null ? [] : [["axolotl.preferences", kept]]);
  vi.stubGlobal("navigator", { language });
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => stored.set(key, value),
    removeItem: (key: string) => stored.delete(key),
  });
  return stored;
}

beforeEach(() => void browserWith(null));

describe("how the app looks", () => {
  it("is the account's wherever it says something", () => {
    const account = me({ language: "en", theme: "light", units: "metric", speed_unit: "mph" });
    expect(looksOf(account, shown)).toEqual({ theme: "light", language: "en", system: "metric", speed: "mph" });
  });

  it("is in the device's language where nobody chose one, or one that we do not speak", () => {
    browserWith(null, "en-GB");
    expect(looksOf(me({}), shown).language).toBe("en");
    expect(looksOf(me({ language: "de" }), shown).language).toBe("en");
    expect(chosenLanguage({ language: "en-GB" })).toBe("en");
  });

  it("is this browser's while nobody is signed in", () => {
    expect(looksOf(null, shown)).toBe(shown);
    expect(looksOf(undefined, shown)).toBe(shown);
    expect(usualLooks()).toEqual({ theme: "system", language: "es", system: "metric", speed: null });
  });

  it("is kept for the next visit and forgotten with the sign-out", () => {
    storeLooks(shown);
    expect(loadLooks()).toEqual(shown);
    storeLooks(null);
    expect(loadLooks()).toEqual(usualLooks());
  });

  it("is as usual where what was kept is broken, foreign or refused", () => {
    for (const kept of ["{", "null", "7", '"x"', '{"theme":"pink","language":"de","system":"x","speed":"knots"}']) {
      expect(keptLooks(kept), kept).toEqual(usualLooks());
    }
    vi.stubGlobal("localStorage", {
      getItem: () => {
        throw new Error("refused");
      },
    });
    expect(loadLooks()).toEqual(usualLooks());
  });
});

describe("before the first picture", () => {
  const script = readFileSync("public/looks.js", "utf8");
  const drawn = (kept: string | null) => {
    browserWith(kept);
    const root = { dataset: {} as Record<string, string>, lang: "en" };
    vi.stubGlobal("document", { documentElement: root });
    (0, eval)(`(() => {${script}})()`);
    return [root.dataset.theme, root.lang];
  };

  it("stand the theme and the language that were shown last", () => {
    expect(drawn(JSON.stringify(shown))).toEqual(["dark", "es"]);
  });

  it("stand the browser's own without them", () => {
    for (const kept of [null, "{", '{"theme":"system"}', '{"theme":7,"language":7}']) expect(drawn(kept)).toEqual([undefined, "en"]);
  });
});
