/** Strokes on a canvas; the context's unit is the CSS pixel. */
import type { Stroke } from "@/api/types";
import type { Fit } from "@/overlay/geometry";
import type { Spot } from "./strokes";

type Context = CanvasRenderingContext2D;

const HALO = "rgba(4, 20, 24, 0.5)";
const LEAST_PX = 2;
const HEAD_WIDTHS = 4.5;
const TEXT_WIDTHS = 5;
const LEAST_TEXT_PX = 14;

function path(ctx: Context, tool: Stroke["tool"], places: readonly Spot[], width: number): void {
  const [[x0, y0], last] = [places[0]!, places.at(-1)!];
  const [x1, y1] = last;
  ctx.beginPath();
  if (tool === "rectangle") ctx.rect(Math.min(x0, x1), Math.min(y0, y1), Math.abs(x1 - x0), Math.abs(y1 - y0));
  else if (tool === "ellipse") ctx.ellipse((x0 + x1) / 2, (y0 + y1) / 2, Math.abs(x1 - x0) / 2, Math.abs(y1 - y0) / 2, 0, 0, 2 * Math.PI);
  else places.forEach(([x, y], i) => (i === 0 ? ctx.moveTo(x, y) : ctx.lineTo(x, y)));
  if (tool !== "arrow") return;
  const angle = Math.atan2(y1 - y0, x1 - x0);
  for (const side of [-1, 1]) {
    const turned = angle + Math.PI - side * 0.5;
    ctx.moveTo(x1, y1);
    ctx.lineTo(x1 + Math.cos(turned) * width * HEAD_WIDTHS, y1 + Math.sin(turned) * width * HEAD_WIDTHS);
  }
}

function words(ctx: Context, text: string, [x, y]: Spot, colour: string, width: number): void {
  ctx.font = `700 ${Math.max(LEAST_TEXT_PX, width * TEXT_WIDTHS)}px "Figtree Variable", system-ui, sans-serif`;
  ctx.textBaseline = "middle";
  ctx.lineWidth = 4;
  ctx.strokeStyle = HALO;
  ctx.strokeText(text, x, y);
  ctx.fillStyle = colour;
  ctx.fillText(text, x, y);
}

/** Draw strokes over a picture that lies as `fit` says. */
export function drawStrokes(ctx: Context, strokes: readonly Stroke[], { fit, size, opacity = 1 }: { fit: Fit; size: { width: number; height: number }; opacity?: number }): void {
  ctx.save();
  ctx.globalAlpha = opacity;
  ctx.lineCap = ctx.lineJoin = "round";
  for (const { tool, colour, points, text, width } of strokes) {
    const places = points.map(([x, y]): Spot => [fit.x + x! * size.width * fit.scale, fit.y + y! * size.height * fit.scale]);
    const thick = Math.max(LEAST_PX, width * size.width * fit.scale);
    if (tool === "text") {
      words(ctx, text ?? "", places[0]!, colour, thick);
      continue;
    }
    path(ctx, tool, places, thick);
    ctx.strokeStyle = HALO;
    ctx.lineWidth = thick + 2;
    ctx.stroke();
    ctx.strokeStyle = colour;
    ctx.lineWidth = thick;
    ctx.stroke();
  }
  ctx.restore();
}
