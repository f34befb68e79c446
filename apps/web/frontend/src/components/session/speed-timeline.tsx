import "uplot/dist/uPlot.min.css";
import { useEffect, useRef } from "react";
import uPlot from "uplot";
import type { Units } from "@/api/types";
import { axisStyle, token } from "@/components/chart/style";
import type { VideoClock } from "@/overlay/clock";
import { formatClock } from "@/units/format";
import { speedFrom } from "@/units/units";

const HEIGHT = 132;

/** In a shorter film whole seconds would repeat along the axis. */
const SHORT_S = 12;

interface SpeedTimelineProps {
  series: { t_s: number[]; speed_mps: (number | null)[] };
  clock: VideoClock;
  units: Units;
  label: string;
}

function optionsFor(width: number, clock: VideoClock, units: Units, onDraw: () => void): uPlot.Options {
  const accent = token("--c-accent");
  const axis = axisStyle();
  return {
    width,
    height: HEIGHT,
    legend: { show: false },
    cursor: { y: false, points: { size: 7 }, drag: { x: false, y: false } },
    scales: { x: { time: false, range: [0, clock.duration] }, y: { range: (_plot, _min, max) => [0, Math.max(max * 1.1, 1)] } },
    axes: [
      { ...axis, grid: { show: false }, size: 26, values: (_plot, ticks) => ticks.map((t) => formatClock(t, clock.duration < SHORT_S ? 1 : 0)) },
      { ...axis, size: 58, values: (_plot, ticks) => ticks.map((value, i) => (i === ticks.length - 1 ? `${value} ${units.speed}` : `${value}`)) },
    ],
    // A gap in the curve is a time when the player was not seen; it is never bridged.
    series: [{}, { stroke: accent, width: 2, fill: `color-mix(in srgb, ${accent} 14%, transparent)`, spanGaps: false, points: { show: false } }],
    hooks: { draw: [onDraw] },
  };
}

/** A player's speed under the film; a click seeks. */
export default function SpeedTimeline({ series, clock, units, label }: SpeedTimelineProps) {
  const root = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = root.current!;
    const speeds = series.speed_mps.map((speed) => (speed === null ? null : speedFrom(speed, units)));
    // An element of its own: the curve of a match is not drawn anew 25 times a second.
    const head = document.createElement("div");
    head.className = "pointer-events-none absolute inset-y-0 left-0 w-0.5 bg-ink";
    const place = () => {
      head.style.transform = `translateX(${plot.valToPos(clock.time, "x")}px)`;
    };
    const plot = new uPlot(optionsFor(element.clientWidth, clock, units, () => place()), [series.t_s, speeds], element);
    plot.over.append(head);
    place();
    const seek = () => clock.seek(plot.posToVal(plot.cursor.left ?? 0, "x"));
    plot.over.addEventListener("click", seek);
    const stop = clock.subscribe(place);
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: HEIGHT }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      stop();
      plot.destroy();
    };
  }, [series, clock, units]);
  return <div ref={root} role="img" aria-label={label} className="w-full [&_.u-over]:cursor-pointer" style={{ minHeight: HEIGHT }} />;
}
