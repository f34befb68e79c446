import { describe, expect, it } from "vitest";
import { fromRule, NO_REPEAT, toRule, weekdayOf } from "./repeat";

const MADRID = "Europe/Madrid";
// 1 September 2026 is a Tuesday.
const FIRST = "2026-09-01";

describe("repeating", () => {
  it("knows the weekday of a day", () => {
    expect(weekdayOf(FIRST)).toBe("TU");
    expect(weekdayOf("2026-09-06")).toBe("SU");
  });

  it("writes rules that end on a local day", () => {
    expect(toRule(NO_REPEAT, FIRST, MADRID)).toBeNull();
    expect(toRule({ ...NO_REPEAT, kind: "weekly", until: "2026-12-22" }, FIRST, MADRID)).toBe(
      "FREQ=WEEKLY;BYDAY=TU;UNTIL=20261222T225900Z",
    );
    expect(toRule({ ...NO_REPEAT, kind: "custom", days: ["TH", "TU"], until: "2026-09-30" }, FIRST, null)).toBe(
      "FREQ=WEEKLY;BYDAY=TU,TH;UNTIL=20260930",
    );
    expect(toRule({ ...NO_REPEAT, kind: "custom", days: ["MO"], count: "8" }, FIRST, MADRID)).toBe(
      "FREQ=WEEKLY;BYDAY=MO;COUNT=8",
    );
  });

  it("reads its own rules back", () => {
    const custom = { ...NO_REPEAT, kind: "custom", days: ["TU", "TH"], until: "2026-12-22" } as const;
    const rule = toRule({ ...custom, days: [...custom.days] }, FIRST, MADRID)!;
    expect(fromRule(rule, FIRST, MADRID)).toEqual({ ...custom, rule });
    expect(fromRule("FREQ=WEEKLY;BYDAY=TU;COUNT=5", FIRST, MADRID)).toMatchObject({ kind: "weekly", count: "5", until: "" });
    expect(fromRule("FREQ=WEEKLY;UNTIL=20261222", FIRST, MADRID)).toMatchObject({ kind: "weekly", until: "2026-12-22" });
    expect(fromRule(null, FIRST, MADRID)).toEqual(NO_REPEAT);
  });

  it("reads the end of a rule in the team's zone, not the reader's", () => {
    expect(fromRule("FREQ=WEEKLY;BYDAY=TU;UNTIL=20261222T045959Z", FIRST, "America/New_York").until).toBe("2026-12-21");
  });

  it("keeps a rule that it cannot show as it is", () => {
    for (const rule of ["FREQ=MONTHLY;BYDAY=1TU;COUNT=5", "FREQ=WEEKLY;INTERVAL=2;COUNT=5", "FREQ=DAILY;COUNT=3"]) {
      const repeat = fromRule(rule, FIRST, MADRID);
      expect(repeat.kind).toBe("kept");
      expect(toRule(repeat, FIRST, MADRID)).toBe(rule);
    }
  });
});
