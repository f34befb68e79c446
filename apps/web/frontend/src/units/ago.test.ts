import { expect, it } from "vitest";
import { formatAgo } from "./ago";

it("says how long ago in the words of the language", () => {
  const now = Date.parse("2026-05-07T12:00:00Z");
  expect(formatAgo("2026-05-07T11:59:31Z", "en", now)).toBe("now");
  expect(formatAgo("2026-05-07T11:57:01Z", "en", now)).toBe("2 minutes ago");
  expect(formatAgo("2026-05-06T11:00:00Z", "en", now)).toBe("yesterday");
  expect(formatAgo("2026-05-07T10:00:00Z", "es", now)).toBe("hace 2 horas");
  // A clock that is ahead of ours is no future.
  expect(formatAgo("2026-05-07T12:00:05Z", "en", now)).toBe("now");
});
