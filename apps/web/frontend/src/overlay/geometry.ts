import type { Point } from "@/api/types";

export interface Size {
  width: number;
  height: number;
}

/** How a picture lies in its element: CSS pixels = image pixels × scale + offset. */
export interface Fit {
  scale: number;
  x: number;
  y: number;
}

export type Box = readonly [x1: number, y1: number, x2: number, y2: number];

/** The placement that `object-fit: contain` gives; a zero-sized element or picture gets scale 0. */
export function containFit(image: Size, element: Size): Fit {
  if (image.width <= 0 || image.height <= 0) return { scale: 0, x: 0, y: 0 };
  const scale = Math.min(element.width / image.width, element.height / image.height);
  return {
    scale,
    x: (element.width - image.width * scale) / 2,
    y: (element.height - image.height * scale) / 2,
  };
}

export function toElement(fit: Fit, [x, y]: Point): Point {
  return [x * fit.scale + fit.x, y * fit.scale + fit.y];
}

export function toImage(fit: Fit, [x, y]: Point): Point {
  if (fit.scale === 0) return [0, 0];
  return [(x - fit.x) / fit.scale, (y - fit.y) / fit.scale];
}

export function clampToImage(image: Size, [x, y]: Point): Point {
  return [Math.min(Math.max(x, 0), image.width), Math.min(Math.max(y, 0), image.height)];
}

/** Where a player stands: the middle of the box's lower edge. */
export function footPoint([x1, , x2, y2]: Box): Point {
  return [(x1 + x2) / 2, y2];
}

/** The box under a point; of overlapping ones the smallest, which is the player most hidden by the others. */
export function boxAt<T extends { box: Box }>(items: readonly T[], [x, y]: Point, margin = 0): T | null {
  let best: T | null = null;
  let bestArea = Number.POSITIVE_INFINITY;
  for (const item of items) {
    const [x1, y1, x2, y2] = item.box;
    const inside = x >= x1 - margin && x <= x2 + margin && y >= y1 - margin && y <= y2 + margin;
    const area = (x2 - x1) * (y2 - y1);
    if (inside && area < bestArea) {
      best = item;
      bestArea = area;
    }
  }
  return best;
}
