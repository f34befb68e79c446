import { describe, expect, it } from "vitest";
import { formatBytes, formatClock, formatDate, formatError, formatQuantity, formatWait } from "./format";
import { unitsOf } from "./units";

const METRIC = unitsOf("metric", null);
const IMPERIAL = unitsOf("imperial", null);

describe("formatError", () => {
  it("never says that an error is nothing", () => {
    expect(formatError(0, METRIC, "en")).toBeNull();
    expect(formatError(0.0099, IMPERIAL, "en")).toBeNull();
    expect(formatError(0.01, METRIC, "en")).toBe("0.01 m");
    expect(formatError(1.234, METRIC, "es")).toBe("1,23 m");
    expect(formatError(0.254, IMPERIAL, "en")).toBe("10.0 in");
  });
});

describe("formatDate", () => {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  it("names a zone whose clock shows another hour than this device's", () => {
    expect(formatDate("2026-05-02T16:30:00Z", "en", "Asia/Tokyo")).toBe("May 3, 2026, 1:30 AM GMT+9");
    expect(formatDate("2026-05-02T16:30:00Z", "es", "Europe/Madrid")).toContain("18:30");
    expect(formatDate("2026-05-02T16:30:00Z", "en", here)).toBe(formatDate("2026-05-02T16:30:00Z", "en", undefined));
    expect(formatDate("2026-05-02T16:30:00Z", "en", here)).not.toContain("GMT");
  });
});

describe("formatQuantity", () => {
  it("tells shares in percent", () => {
    expect(formatQuantity(0.137, "share", METRIC, "en")).toEqual({ text: "14", unit: "%" });
  });

  it("turns speeds into the reader's unit", () => {
    expect(formatQuantity(7, "m/s", unitsOf("metric", "m/s"), "en")).toEqual({ text: "7.0", unit: "m/s" });
    expect(formatQuantity(7, "m/s", METRIC, "en")).toEqual({ text: "25.2", unit: "km/h" });
    expect(formatQuantity(7, "m/s", unitsOf("metric", "mph"), "en")).toEqual({ text: "15.7", unit: "mph" });
  });

  it("leaves accelerations, metres and loads alone for readers of metric units", () => {
    expect(formatQuantity(3.456, "m/s²", METRIC, "en")).toEqual({ text: "3.46", unit: "m/s²" });
    expect(formatQuantity(23.44, "m", METRIC, "en")).toEqual({ text: "23.4", unit: "m" });
    expect(formatQuantity(0.314, "m", METRIC, "en", "jump_height_m")).toEqual({ text: "0.31", unit: "m" });
    expect(formatQuantity(7, "m/s", IMPERIAL, "en", "movement_load")).toEqual({ text: "7.0", unit: "m/s" });
  });

  it("tells the others in theirs", () => {
    expect(formatQuantity(7, "m/s", IMPERIAL, "en")).toEqual({ text: "15.7", unit: "mph" });
    expect(formatQuantity(3.5, "m/s²", IMPERIAL, "en")).toEqual({ text: "11.5", unit: "ft/s²" });
    expect(formatQuantity(182.88, "m", IMPERIAL, "en")).toEqual({ text: "200", unit: "yd" });
    expect(formatQuantity(8046.72, "m", IMPERIAL, "en")).toEqual({ text: "5.00", unit: "mi" });
    expect(formatQuantity(0.3, "m", IMPERIAL, "en", "jump_height_m")).toEqual({ text: "11.8", unit: "in" });
    expect(formatQuantity(1.6, "m", IMPERIAL, "en", "stride_length_m")).toEqual({ text: "5.25", unit: "ft" });
    expect(formatQuantity(0.83612736, "m²", IMPERIAL, "en")).toEqual({ text: "1.00", unit: "yd²" });
    expect(formatQuantity(9.5, "m/min", IMPERIAL, "en")).toEqual({ text: "10.4", unit: "yd/min" });
  });

  it("writes long distances in kilometres", () => {
    expect(formatQuantity(9876, "m", METRIC, "en")).toEqual({ text: "9.88", unit: "km" });
  });

  it("counts have no unit and no decimals", () => {
    expect(formatQuantity(3, "count", METRIC, "en")).toEqual({ text: "3", unit: "" });
  });

  it("writes long times as a clock, and never minus zero", () => {
    expect(formatQuantity(2080, "s", METRIC, "en")).toEqual({ text: "34:40", unit: "min" });
    expect(formatQuantity(19.04, "s", METRIC, "en")).toEqual({ text: "19.0", unit: "s" });
    expect(formatQuantity(-0, "", METRIC, "en").text).toBe("0");
  });

  it("uses the language's decimal mark", () => {
    expect(formatQuantity(7.04, "m/s", METRIC, "es").text).toBe("25,3");
  });
});

describe("formatClock", () => {
  it("reads like a match clock", () => {
    expect(formatClock(65.9)).toBe("1:05");
    expect(formatClock(3727)).toBe("1:02:07");
    expect(formatClock(1.24, 2)).toBe("0:01.24");
    expect(formatClock(-1)).toBe("0:00");
  });

  it("does not lose a frame to binary fractions", () => {
    expect(formatClock(0.29, 2)).toBe("0:00.29");
  });
});

it("formatWait is coarser the longer it is", () => {
  expect(formatWait(0.2, "en")).toBe("1 sec");
  expect(formatWait(45, "en")).toBe("45 sec");
  expect(formatWait(150, "en")).toBe("3 min");
  expect(formatWait(3 * 3600 + 60 * 20, "en")).toBe("3 hr 20 min");
});

it("formatBytes counts as the server does", () => {
  expect(formatBytes(500 * 1024 * 1024, "en")).toBe("500 MB");
  expect(formatBytes(1.5 * 1024 ** 3, "en")).toBe("1.5 GB");
});
