import { describe, expect, it } from "vitest";
import { boxAt, clampToImage, containFit, footPoint, toElement, toImage } from "./geometry";

describe("containFit", () => {
  it("letterboxes a wide picture in a square", () => {
    expect(containFit({ width: 1920, height: 1080 }, { width: 960, height: 960 })).toEqual({ scale: 0.5, x: 0, y: 210 });
  });

  it("pillarboxes a phone's upright picture", () => {
    expect(containFit({ width: 1080, height: 1920 }, { width: 960, height: 960 })).toEqual({ scale: 0.5, x: 210, y: 0 });
  });

  it("gives nothing to draw on before the picture's size is known", () => {
    expect(containFit({ width: 0, height: 0 }, { width: 100, height: 100 }).scale).toBe(0);
  });
});

describe("toImage", () => {
  it("undoes toElement", () => {
    const fit = containFit({ width: 1768, height: 994 }, { width: 803, height: 611 });
    const [x, y] = toImage(fit, toElement(fit, [123.4, 567.8]));
    expect(x).toBeCloseTo(123.4, 9);
    expect(y).toBeCloseTo(567.8, 9);
  });
});

describe("clampToImage", () => {
  it("keeps a dragged mark on the picture", () => {
    expect(clampToImage({ width: 100, height: 50 }, [-3, 70])).toEqual([0, 50]);
  });
});

describe("boxAt", () => {
  const near = { id: "near", box: [0, 0, 100, 200] as const };
  const far = { id: "far", box: [40, 40, 60, 80] as const };

  it("prefers the smaller of two overlapping boxes, whichever is listed first", () => {
    expect(boxAt([near, far], [50, 60])?.id).toBe("far");
    expect(boxAt([far, near], [50, 60])?.id).toBe("far");
  });

  it("finds nothing beside the boxes, unless the margin reaches", () => {
    expect(boxAt([far], [63, 60])).toBeNull();
    expect(boxAt([far], [63, 60], 4)?.id).toBe("far");
  });
});

it("a player stands at the middle of the box's lower edge", () => {
  expect(footPoint([10, 20, 30, 90])).toEqual([20, 90]);
});
