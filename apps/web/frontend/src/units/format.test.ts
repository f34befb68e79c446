import { describe, expect, it } from "vitest";
import { formatBytes, formatClock, formatErrorM, formatQuantity, formatWait } from "./format";

describe("formatErrorM", () => {
  it("never says that an error is nothing", () => {
    expect(formatErrorM(0, "en")).toBeNull();
    expect(formatErrorM(0.0099, "en")).toBeNull();
    expect(formatErrorM(0.01, "en")).toBe("0.01");
    expect(formatErrorM(1.234, "es")).toBe("1,23");
  });
});

describe("formatQuantity", () => {
  it("tells shares in percent", () => {
    expect(formatQuantity(0.137, "share", "m/s", "en")).toEqual({ text: "14", unit: "%" });
  });

  it("turns speeds into the reader's unit", () => {
    expect(formatQuantity(7, "m/s", "m/s", "en")).toEqual({ text: "7.0", unit: "m/s" });
    expect(formatQuantity(7, "m/s", "km/h", "en")).toEqual({ text: "25.2", unit: "km/h" });
    expect(formatQuantity(7, "m/s", "mph", "en")).toEqual({ text: "15.7", unit: "mph" });
  });

  it("leaves accelerations and metres alone", () => {
    expect(formatQuantity(3.456, "m/s²", "km/h", "en")).toEqual({ text: "3.46", unit: "m/s²" });
    expect(formatQuantity(23.44, "m", "km/h", "en")).toEqual({ text: "23.4", unit: "m" });
  });

  it("writes long distances in kilometres", () => {
    expect(formatQuantity(9876, "m", "m/s", "en")).toEqual({ text: "9.88", unit: "km" });
  });

  it("counts have no unit and no decimals", () => {
    expect(formatQuantity(3, "count", "m/s", "en")).toEqual({ text: "3", unit: "" });
  });

  it("writes long times as a clock, and never minus zero", () => {
    expect(formatQuantity(2080, "s", "m/s", "en")).toEqual({ text: "34:40", unit: "min" });
    expect(formatQuantity(19.04, "s", "m/s", "en")).toEqual({ text: "19.0", unit: "s" });
    expect(formatQuantity(-0, "", "m/s", "en").text).toBe("0");
  });

  it("uses the language's decimal mark", () => {
    expect(formatQuantity(7.04, "m/s", "m/s", "es").text).toBe("7,0");
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
