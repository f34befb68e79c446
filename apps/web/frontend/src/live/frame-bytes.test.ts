import { expect, it } from "vitest";
import { packFrame, unpackFrame } from "./frame-bytes";

const JPEG = new Uint8Array([0xff, 0xd8, 0xff, 0xd9]);

it("puts the time first, big-endian, then the picture as it is", () => {
  const packed = new Uint8Array(packFrame(0x0102030405, JPEG.buffer));
  expect([...packed]).toEqual([0, 0, 0, 1, 2, 3, 4, 5, 0xff, 0xd8, 0xff, 0xd9]);
});

it("keeps every microsecond of a time of today", () => {
  const { takenUs, picture } = unpackFrame(packFrame(1_795_379_400_123_457, JPEG.buffer));
  expect(takenUs).toBe(1_795_379_400_123_457);
  expect([...picture]).toEqual([...JPEG]);
});
