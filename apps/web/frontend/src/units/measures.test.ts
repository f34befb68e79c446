import { describe, expect, it } from "vitest";
import { formatMeasure, keptText, shownText, toldIn, unitFor } from "./measures";
import { unitsOf } from "./units";

const METRIC = unitsOf("metric", null);
const IMPERIAL = unitsOf("imperial", null);

describe("fields in the reader's units", () => {
  it("convert exactly", () => {
    expect(keptText("5 ft 7 in", "height_cm", IMPERIAL)).toBe("170.18");
    expect(keptText("100", "mass_kg", IMPERIAL)).toBe("45.359237");
    expect(keptText("86", "temperature_c", IMPERIAL)).toBe("30");
    expect(keptText("110", "side_m", IMPERIAL)).toBe("100.584");
    expect(keptText("25,2", "speed_mps", METRIC)).toBe("7");
    expect(keptText("170,5", "height_cm", METRIC)).toBe("170,5");
  });

  it("show again what was typed, for every height and mass that people have", () => {
    for (let inches = 240; inches <= 984; inches += 5) {
      const typed = `${Math.floor(inches / 120)} ft ${(inches % 120) / 10} in`;
      expect(shownText(keptText(typed, "height_cm", IMPERIAL), "height_cm", IMPERIAL)).toBe(typed);
    }
    for (let tenths = 220; tenths <= 4400; tenths += 7) {
      const typed = String(tenths / 10);
      expect(shownText(keptText(typed, "mass_kg", IMPERIAL), "mass_kg", IMPERIAL)).toBe(typed);
    }
  });

  it("read heights as people write them", () => {
    for (const typed of ["5 ft 7 in", "5'7\"", "5’ 7”", "5 7", "5ft 7", "67", "67 in"]) {
      expect(keptText(typed, "height_cm", IMPERIAL)).toBe("170.18");
    }
    expect(keptText("5 ft", "height_cm", IMPERIAL)).toBe("152.4");
  });

  it("leave what is no height as it is, for the form to refuse", () => {
    for (const typed of ["tall", "5 ft 13 in", "5 ft 7 cm", ""]) expect(keptText(typed, "height_cm", IMPERIAL)).toBe(typed);
    expect(shownText("", "mass_kg", IMPERIAL)).toBe("");
  });

  it("name their unit", () => {
    expect([unitFor("height_cm", IMPERIAL), unitFor("mass_kg", IMPERIAL), unitFor("speed_mps", METRIC)]).toEqual(["ft in", "lb", "km/h"]);
    expect([unitFor("temperature_c", METRIC), unitFor("side_m", METRIC), unitFor("plain", IMPERIAL)]).toEqual(["°C", "m", ""]);
  });
});

it("tells measures to people, and never 12 inches", () => {
  expect(formatMeasure(152.35, "height_cm", IMPERIAL, "en")).toBe("5 ft 0 in");
  expect(formatMeasure(170.5, "height_cm", METRIC, "es")).toBe("170,5 cm");
  expect(formatMeasure(54, "mass_kg", IMPERIAL, "en")).toBe("119 lb");
  expect(formatMeasure(31.5, "temperature_c", IMPERIAL, "en")).toBe("88.7 °F");
});

describe("sentences of the server", () => {
  const told = (sentence: string, language = "en") => toldIn(sentence, IMPERIAL, language);

  it("tell their quantities in the reader's units", () => {
    expect(told("sped up at 1 to 2 m/s² for at least 0.7 s.")).toBe("sped up at 3.3 to 6.6 ft/s² for at least 0.7 s.");
    expect(told("aceleró a 3 o más m/s²", "es")).toBe("aceleró a 9,8 o más ft/s²");
    expect(told("Passes played: ≥ 3 m and ≥ 0.3 s")).toBe("Passes played: ≥ 9.8 ft and ≥ 0.3 s");
    expect(told("WBGT 31 °C, 20 m away, 18 km/h")).toBe("WBGT 87.8 °F, 22 yd away, 11.2 mph");
  });

  it("stay whole where half of it would change", () => {
    for (const sentence of ["a pitch of 105 × 68 m", "after 10, 20 and 30 m", "right to ± 2 °C", "60 m/min", "in 5 min", "of 12 months"]) {
      expect(told(sentence)).toBe(sentence);
    }
  });

  it("are the server's own for a reader of metric units, but for the speed that they chose", () => {
    const sentence = "18 km/h at 3 m/s², 20 m away, 54 kg, 31 °C";
    expect(toldIn(sentence, METRIC, "en")).toBe(sentence);
    expect(toldIn(sentence, unitsOf("metric", "m/s"), "en")).toBe(sentence.replace("18 km/h", "5.0 m/s"));
    expect(toldIn("ruido de la velocidad: 0.10 m/s", METRIC, "es")).toBe("ruido de la velocidad: 0,4 km/h");
    expect(toldIn("speed noise: 0.10 m/s", unitsOf("metric", "m/s"), "en")).toBe("speed noise: 0.10 m/s");
    expect(toldIn("speed noise: 0.10 m/s", IMPERIAL, "en")).toBe("speed noise: 0.2 mph");
  });
});
