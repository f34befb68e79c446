import type { Pitch } from "@/api/types";

/** Room around the pitch in its drawing. */
const MARGIN_M = 4;

export interface PitchFrame {
  viewBox: string;
  /** Pitch y points away from the viewer, SVG y down: drawn y = flip − y. */
  flip: number;
}

/** How a pitch is drawn: along x to the right, across y upwards, wherever its origin lies. */
export function pitchFrame(pitch: Pitch): PitchFrame {
  const points = pitch.lines.flat();
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  const [left, right, low, high] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  return {
    viewBox: `${left - MARGIN_M} ${low - MARGIN_M} ${right - left + 2 * MARGIN_M} ${high - low + 2 * MARGIN_M}`,
    flip: low + high,
  };
}

export function PitchLines({ pitch, className }: { pitch: Pitch; className?: string }) {
  const { flip } = pitchFrame(pitch);
  return (
    <g className={className} fill="none" strokeWidth={0.35} strokeLinejoin="round">
      {pitch.lines.map((line, i) => (
        <polyline key={i} points={line.map(([x, y]) => `${x},${flip - y}`).join(" ")} />
      ))}
    </g>
  );
}
