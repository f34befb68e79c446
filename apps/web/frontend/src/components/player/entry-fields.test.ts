import { describe, expect, it } from "vitest";
import { asText, bodyOf, FIELDS, numberFrom, schemaOf } from "./entry-fields";

const test = { date: "2026-05-02", kind: "mss", value_mps: "25,2", method: " 30 m " };

describe("a form's body", () => {
  it("keeps what nobody said as unknown, not as zero", () => {
    const values = { date: "2026-05-02", pain: "0", soreness: "", sleep_h: "", sleep_quality: "", fever: "", notes: "" };
    expect(bodyOf("wellness", values, "km/h")).toEqual({
      date: "2026-05-02", pain: 0, soreness: null, sleep_h: null, sleep_quality: null, fever: null, notes: "",
    });
  });

  it("keeps speeds in m/s, whatever the reader types", () => {
    const body = bodyOf("fitness-tests", test, "km/h");
    expect(body.value_mps).toBeCloseTo(7, 9);
    expect(body.method).toBe("30 m");
    expect(bodyOf("fitness-tests", { ...test, value_mps: "7" }, "m/s").value_mps).toBe(7);
  });

  it("comes back as it was typed", () => {
    const speed = FIELDS["fitness-tests"].find(({ name }) => name === "value_mps")!;
    expect(asText(speed, 7, "km/h")).toBe("25.2");
    expect(asText(speed, null, "km/h")).toBe("");
    expect(asText(FIELDS.wellness[5]!, false, "m/s")).toBe("no");
  });
});

describe("a form's check", () => {
  it("knows its limits in the reader's unit", () => {
    const schema = schemaOf("fitness-tests", "km/h");
    expect(schema.safeParse(test).success).toBe(true);
    expect(schema.safeParse({ ...test, value_mps: "46" }).success).toBe(false);
    expect(schemaOf("fitness-tests", "m/s").safeParse({ ...test, value_mps: "25,2" }).success).toBe(false);
  });

  it("asks for what is needed, and refuses what is no number", () => {
    const schema = schemaOf("measurements", "m/s");
    const measured = { date: "2026-05-02", height_cm: "150", sitting_height_cm: "", weight_kg: "" };
    expect(schema.safeParse(measured).success).toBe(true);
    expect(schema.safeParse({ ...measured, date: "" }).success).toBe(false);
    expect(schema.safeParse({ ...measured, height_cm: "tall" }).success).toBe(false);
    expect(numberFrom("1,5")).toBe(1.5);
  });
});
