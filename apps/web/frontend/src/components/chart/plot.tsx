/** The one drawing of values over days; loaded when a page shows a chart. */
import "uplot/dist/uPlot.min.css";
import { useEffect, useRef } from "react";
import uPlot from "uplot";
import { usePreferences } from "@/hooks/use-preferences";
import { DAY_S, xRange, yRange, type ChartData, type Series } from "./series";
import { axisStyle, token } from "./style";

const DAY_STEPS = [1, 2, 7, 14, 28, 91, 182].map((days) => days * DAY_S);
const BAR_SHARE = 0.55;
const WIDEST_BAR_PX = 28;

interface PlotProps extends ChartData {
  height: number;
  formatX: (x: number) => string;
  formatY: (value: number) => string;
  onPoint: (index: number | null) => void;
}

function drawIntervals(plot: uPlot, { x, series }: ChartData): void {
  const { ctx } = plot;
  ctx.save();
  ctx.lineWidth = 1.5 * devicePixelRatio;
  for (const { low, high, color } of series) {
    if (!low || !high) continue;
    ctx.strokeStyle = token(color);
    ctx.globalAlpha = 0.55;
    ctx.beginPath();
    x.forEach((moment, i) => {
      const [from, to] = [low[i], high[i]];
      if (from == null || to == null) return;
      const left = plot.valToPos(moment, "x", true);
      ctx.moveTo(left, plot.valToPos(from, "y", true));
      ctx.lineTo(left, plot.valToPos(to, "y", true));
    });
    ctx.stroke();
  }
  ctx.restore();
}

/** So many values can be seen one by one. */
const FEW = 40;

function styleOf({ kind, color, values }: Series): uPlot.Series {
  const stroke = token(color);
  const dots = { show: true, size: 8, fill: stroke };
  if (kind === "bars") {
    const fill = `color-mix(in srgb, ${stroke} 35%, transparent)`;
    return { stroke: "transparent", fill, paths: uPlot.paths.bars!({ size: [BAR_SHARE, WIDEST_BAR_PX] }), points: { show: false } };
  }
  if (kind === "dots") return { stroke, paths: () => null, points: dots };
  const dash = kind === "dashed" ? [6, 5] : [];
  // A gap is a time without knowledge; it is never bridged. A value between two gaps is still seen as a dot.
  return { stroke, width: 2, dash, spanGaps: false, points: { show: kind === "line" && values.length <= FEW, size: 6, fill: stroke } };
}

function optionsFor(width: number, { x, series, height, formatX, formatY, onPoint }: PlotProps): uPlot.Options {
  const axis = axisStyle();
  return {
    width,
    height,
    legend: { show: false },
    cursor: { y: false, points: { size: 9 }, drag: { x: false, y: false } },
    scales: { x: { time: false, range: xRange(x) }, y: { range: yRange(series) } },
    axes: [
      { ...axis, grid: { show: false }, size: 28, space: 72, incrs: DAY_STEPS, values: (_plot, ticks) => ticks.map(formatX) },
      { ...axis, size: 52, values: (_plot, ticks) => ticks.map(formatY) },
    ],
    series: [{}, ...series.map(styleOf)],
    hooks: {
      draw: [(plot) => drawIntervals(plot, { x, series })],
      setCursor: [({ cursor }) => onPoint(cursor.idx ?? null)],
    },
  };
}

export default function Plot(props: PlotProps) {
  const root = useRef<HTMLDivElement>(null);
  const { theme } = usePreferences();
  const { x, series, height } = props;
  useEffect(() => {
    const element = root.current!;
    const data = [[...x], ...series.map(({ values }) => [...values])] as uPlot.AlignedData;
    const plot = new uPlot(optionsFor(element.clientWidth, props), data, element);
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
    // Formatting functions change with every drawing of the page; the data and the theme say when to draw anew.
  }, [x, series, height, theme]);
  return <div ref={root} className="w-full" style={{ minHeight: height }} />;
}
