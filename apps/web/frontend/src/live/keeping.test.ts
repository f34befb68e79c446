import { describe, expect, it } from "vitest";
import { captureProblem } from "./capture";
import { clipName } from "./clip-store";
import { filmKind } from "./keep-film";
import { checkFile } from "@/upload/checks";

describe("film kept on the phone", () => {
  const startedAt = Date.parse("2026-11-22T20:15:30Z");

  it("is filmed as what the server reads best", () => {
    expect(filmKind(() => true)).toBe("video/mp4;codecs=avc1");
    expect(filmKind((kind) => kind.startsWith("video/webm"))).toBe("video/webm;codecs=vp8");
    expect(filmKind(() => false)).toBeNull();
  });

  it("has a name under which it may be sent", () => {
    for (const mimeType of ["video/mp4;codecs=avc1", "video/webm;codecs=vp8", "video/x-matroska;codecs=avc1"]) {
      expect(checkFile({ name: clipName({ startedAt, mimeType }), size: 1 }), mimeType).toBeNull();
    }
    expect(clipName({ startedAt, mimeType: "video/webm" })).toBe("live-2026-11-22T20-15-30.mkv");
  });
});

describe("why there is no picture", () => {
  it("is told in kinds that a page can explain", () => {
    const names = ["NotAllowedError", "NotFoundError", "NotReadableError", "OverconstrainedError", "TypeError"];
    expect(names.map((name) => captureProblem({ name }))).toEqual(["denied", "none", "busy", "none", "broken"]);
    expect(captureProblem(null)).toBe("broken");
  });
});
