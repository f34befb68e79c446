import clsx from "clsx";
import { useRef, useState, type KeyboardEvent, type PointerEvent } from "react";
import { useTranslation } from "react-i18next";
import type { PitchMark, Point } from "@/api/types";
import { useElementWidth } from "@/hooks/use-element-width";
import { usePreferences } from "@/hooks/use-preferences";
import { clampToImage, type Size } from "@/overlay/geometry";
import { formatError, tellableError } from "@/units/format";
import { Loupe } from "./loupe";

export interface PlacedMark {
  mark: PitchMark;
  image: Point;
  /** How far the fit puts it from its place on the pitch [m]; null before there is a fit. */
  residual: number | null;
}

interface FrameEditorProps {
  url: string;
  size: Size;
  marks: readonly PlacedMark[];
  lines: readonly Point[][];
  active: string | null;
  worst: string | null;
  onPlace: (point: Point) => void;
  onMove: (key: string, point: Point) => void;
  onRemove: (key: string) => void;
  onActive: (key: string) => void;
}

const STEPS: Record<string, Point> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const BIG_STEP = 10;

/** Where on the picture a pointer is, through whatever scaling the page gives the drawing. */
function imagePoint(svg: SVGSVGElement, size: Size, event: { clientX: number; clientY: number }): Point {
  const area = svg.getBoundingClientRect();
  return clampToImage(size, [
    ((event.clientX - area.left) / area.width) * size.width,
    ((event.clientY - area.top) / area.height) * size.height,
  ]);
}

/** How far off a mark is, in words; null before there is a fit. */
function useErrorOf(): (placed: PlacedMark) => string | null {
  const { t } = useTranslation();
  const { units, language } = usePreferences();
  return ({ residual }) =>
    residual === null ? null : (formatError(residual, units, language) ?? t("calibration.errorTiny", { least: tellableError(units) }));
}

interface PinProps {
  placed: PlacedMark;
  active: boolean;
  worst: boolean;
  unit: number;
  error: string | null;
}

function Pin({ placed, active, worst, unit, error }: PinProps) {
  const [x, y] = placed.image;
  const color = worst ? "#ffb020" : "#ff7fa8";
  return (
    <>
      <circle cx={x} cy={y} r={22 * unit} fill="transparent" />
      <circle cx={x} cy={y} r={9 * unit} fill={active ? "rgb(255 127 168 / 0.35)" : "rgb(4 20 24 / 0.35)"} stroke="#041418" strokeWidth={5 * unit} />
      <circle cx={x} cy={y} r={9 * unit} fill="none" stroke={color} strokeWidth={2.5 * unit} />
      <path d={`M${x - 4 * unit} ${y}h${8 * unit}M${x} ${y - 4 * unit}v${8 * unit}`} stroke="#ffffff" strokeWidth={1.5 * unit} />
      {error !== null && (
        <text x={x + 14 * unit} y={y - 10 * unit} fontSize={14 * unit} fontWeight={700} fill={color} stroke="#041418" strokeWidth={4 * unit} paintOrder="stroke">
          {error}
        </text>
      )}
    </>
  );
}

/** A frame of the film on which pitch marks are put, dragged, nudged and removed. */
export function FrameEditor(props: FrameEditorProps) {
  const { url, size, marks, lines, active, worst, onPlace, onMove, onRemove, onActive } = props;
  const { t } = useTranslation();
  const errorOf = useErrorOf();
  const svg = useRef<SVGSVGElement>(null);
  const [dragged, setDragged] = useState<string | null>(null);
  const [pointer, setPointer] = useState<Point | null>(null);
  const width = useElementWidth(svg) || size.width;
  /** One CSS pixel in picture pixels: pins keep their size on screen. */
  const unit = size.width / width;

  const move = (event: PointerEvent<SVGSVGElement>) => {
    const point = imagePoint(event.currentTarget, size, event);
    setPointer(point);
    if (dragged) onMove(dragged, point);
  };
  const release = (event: PointerEvent<SVGSVGElement>) => {
    if (dragged) setDragged(null);
    else if (event.button === 0) onPlace(imagePoint(event.currentTarget, size, event));
    if (event.pointerType === "touch") setPointer(null);
  };
  const grab = (event: PointerEvent<SVGGElement>, key: string) => {
    event.stopPropagation();
    svg.current?.setPointerCapture(event.pointerId);
    setDragged(key);
    onActive(key);
  };
  const onKey = (event: KeyboardEvent, { mark, image }: PlacedMark) => {
    const step = STEPS[event.key];
    if (event.key === "Delete" || event.key === "Backspace") onRemove(mark.key);
    else if (step) {
      const far = event.shiftKey ? BIG_STEP : 1;
      onMove(mark.key, clampToImage(size, [image[0] + step[0] * far, image[1] + step[1] * far]));
    } else return;
    event.preventDefault();
  };

  return (
    <div className="relative overflow-hidden bg-pond" style={{ aspectRatio: `${size.width} / ${size.height}` }}>
      <img src={url} alt="" className="absolute inset-0 size-full" draggable={false} />
      <svg
        ref={svg}
        viewBox={`0 0 ${size.width} ${size.height}`}
        className="absolute inset-0 size-full cursor-crosshair touch-none select-none"
        role="group"
        aria-label={t("calibration.frame")}
        onPointerMove={move}
        onPointerUp={release}
        onPointerLeave={() => !dragged && setPointer(null)}
      >
        {lines.map((line, i) => (
          <polyline key={i} points={line.map((point) => point.join(",")).join(" ")} fill="none" stroke="#041418" strokeOpacity={0.6} strokeWidth={4 * unit} />
        ))}
        {lines.map((line, i) => (
          <polyline key={i} points={line.map((point) => point.join(",")).join(" ")} fill="none" stroke="#7ff0e0" strokeWidth={1.75 * unit} />
        ))}
        {marks.map((placed) => (
          <g
            key={placed.mark.key}
            role="button"
            tabIndex={0}
            aria-label={`${errorOf(placed) ?? ""} ${t("calibration.nudge", { mark: placed.mark.name })}`.trim()}
            className={clsx(dragged === placed.mark.key ? "cursor-grabbing" : "cursor-grab")}
            onPointerDown={(event) => grab(event, placed.mark.key)}
            onFocus={() => onActive(placed.mark.key)}
            onKeyDown={(event) => onKey(event, placed)}
          >
            <Pin placed={placed} active={placed.mark.key === active} worst={placed.mark.key === worst} unit={unit} error={errorOf(placed)} />
          </g>
        ))}
      </svg>
      {pointer && <Loupe url={url} size={size} at={pointer} shown={width} />}
    </div>
  );
}
