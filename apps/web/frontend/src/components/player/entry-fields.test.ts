import { describe, expect, it } from "vitest";
import { asText, bodyOf, FIELDS, schemaOf } from "./entry-fields";

const test = { date: "2026-05-02", kind: "mss", value_mps: "7", method: " 30 m " };

describe("a form's body", () => {
  it("keeps what nobody said as unknown, not as zero", () => {
    const values = { date: "2026-05-02", pain: "0", soreness: "", sleep_h: "", sleep_quality: "", fever: "", notes: "" };
    expect(bodyOf("wellness", values)).toEqual({
      date: "2026-05-02", pain: 0, soreness: null, sleep_h: null, sleep_quality: null, fever: null, notes: "",
    });
  });

  it("is in the units of the API", () => {
    expect(bodyOf("fitness-tests", test)).toEqual({ date: "2026-05-02", kind: "mss", value_mps: 7, method: "30 m" });
    expect(bodyOf("measurements", { date: "2026-05-02", height_cm: "170,18" }).height_cm).toBe(170.18);
  });

  it("comes back as it was", () => {
    const [, height] = FIELDS.measurements;
    expect(asText(height!, 170.18)).toBe("170.18");
    expect(asText(height!, null)).toBe("");
    expect(asText(FIELDS.wellness[5]!, false)).toBe("no");
  });

  it("has moments on the reader's clock", () => {
    const [injured] = FIELDS.concussions;
    expect(asText(injured!, "2026-05-02T16:30:00Z", "Asia/Tokyo")).toBe("2026-05-03T01:30");
    expect(bodyOf("concussions", { injured_at: "2026-05-03T01:30" }, "Asia/Tokyo").injured_at).toBe("2026-05-02T16:30:00Z");
  });
});

describe("a form's check", () => {
  it("knows its limits", () => {
    const schema = schemaOf("fitness-tests");
    expect(schema.safeParse(test).success).toBe(true);
    expect(schema.safeParse({ ...test, value_mps: "12.6" }).success).toBe(false);
  });

  it("asks for what is needed, and refuses what is no number", () => {
    const schema = schemaOf("measurements");
    const measured = { date: "2026-05-02", height_cm: "150", sitting_height_cm: "", weight_kg: "" };
    expect(schema.safeParse(measured).success).toBe(true);
    expect(schema.safeParse({ ...measured, date: "" }).success).toBe(false);
    expect(schema.safeParse({ ...measured, height_cm: "tall" }).success).toBe(false);
  });
});
