import "uplot/dist/uPlot.min.css";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import uPlot from "uplot";
import { keys } from "@/api/query";
import { getScanWindow } from "@/api/scans";
import type { Body, WatchableResults } from "@/api/types";
import { axisStyle, token } from "@/components/chart/style";
import { SelectField } from "@/components/field";
import { useClockTime } from "@/hooks/use-clock";
import { useCurrentWindow } from "@/hooks/use-overlay";
import type { VideoClock } from "@/overlay/clock";
import { windowBounds } from "@/overlay/windows";
import { anglesOf, angleSeries, valuesAt, type AngleName, type AngleSeries } from "@/space/angles";
import { formatClock } from "@/units/format";

const HEIGHT = 150;
const KEEP_MS = 60_000;
/** Each line has a colour and a dash of its own. */
const LOOKS = { left: { color: "--c-accent", dash: [] }, right: { color: "--c-teal", dash: [6, 4] }, middle: { color: "--c-accent", dash: [] } };

function useBodyRows(scanId: string, results: WatchableResults, clock: VideoClock) {
  const index = useCurrentWindow(clock, results.arrays.window_s);
  const span = windowBounds(index, results.arrays.window_s);
  const rows = useQuery({
    queryKey: keys.bodyRows(scanId, index),
    queryFn: async () => (await getScanWindow(results.job_id, span[0], span[1], "body")).body ?? null,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: KEEP_MS,
  });
  return { rows: rows.data ?? undefined, from: span[0], to: Math.min(span[1], clock.duration) };
}

interface PlotProps {
  series: AngleSeries;
  clock: VideoClock;
  from: number;
  to: number;
  label: string;
}

function Plot({ series, clock, from, to, label }: PlotProps) {
  const root = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = root.current!;
    const axis = axisStyle();
    const ink = token("--c-ink");
    const playhead = (plot: uPlot) => {
      const x = Math.round(plot.valToPos(clock.time, "x", true));
      plot.ctx.fillStyle = ink;
      plot.ctx.fillRect(x - devicePixelRatio, plot.bbox.top, 2 * devicePixelRatio, plot.bbox.height);
    };
    const plot = new uPlot(
      {
        width: element.clientWidth,
        height: HEIGHT,
        legend: { show: false },
        cursor: { y: false, points: { size: 7 }, drag: { x: false, y: false } },
        scales: { x: { time: false, range: [from, to] } },
        axes: [
          { ...axis, grid: { show: false }, size: 26, values: (_plot, ticks) => ticks.map((tick) => formatClock(tick, to - from < 12 ? 1 : 0)) },
          { ...axis, size: 46, values: (_plot, ticks) => ticks.map((tick) => `${tick}°`) },
        ],
        series: [{}, ...series.lines.map(({ side }) => ({ stroke: token(LOOKS[side].color), dash: LOOKS[side].dash, width: 2, spanGaps: false, points: { show: false } }))],
        hooks: { draw: [playhead] },
      },
      [series.t, ...series.lines.map(({ values }) => values)],
      element,
    );
    plot.over.addEventListener("click", () => clock.seek(plot.posToVal(plot.cursor.left ?? 0, "x")));
    const stop = clock.subscribe(() => plot.redraw(false, false));
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: HEIGHT }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      stop();
      plot.destroy();
    };
  }, [series, clock, from, to]);
  return <div ref={root} role="img" aria-label={label} className="w-full [&_.u-over]:cursor-pointer" style={{ minHeight: HEIGHT }} />;
}

/** The values at the shown moment, beside how their lines look. */
function Reading({ series, clock }: { series: AngleSeries; clock: VideoClock }) {
  const { t } = useTranslation();
  const values = valuesAt(series, useClockTime(clock));
  return (
    <dl className="flex flex-wrap gap-x-6 gap-y-1 text-sm">
      {series.lines.map(({ side }, i) => (
        <div key={side} className="flex items-center gap-2">
          <dt className="flex items-center gap-2 text-muted">
            <span aria-hidden="true" className="w-5 border-t-2" style={{ borderColor: `var(${LOOKS[side].color})`, borderStyle: LOOKS[side].dash.length > 0 ? "dashed" : "solid" }} />
            {t(`angles.${side}`)}
          </dt>
          <dd className="figure font-semibold">{values[i] == null ? t("angles.unseen") : `${Math.round(values[i])}°`}</dd>
        </div>
      ))}
    </dl>
  );
}

/** One joint's angle over time, in step with the film; a click shows the moment. */
export default function AngleChart({ scanId, results, body, clock }: { scanId: string; results: WatchableResults; body: Body; clock: VideoClock }) {
  const { t } = useTranslation();
  const choices = anglesOf(body.angles);
  const [chosen, setChosen] = useState<AngleName | undefined>(choices[0]);
  const { rows, from, to } = useBodyRows(scanId, results, clock);
  const { track_id: trackId, angles } = body;
  const series = useMemo(() => chosen && angleSeries(rows, trackId, angles, chosen), [rows, trackId, angles, chosen]);
  if (!chosen || !series) return null;
  return (
    <section className="space-y-3 border-t border-line pt-4" aria-label={t("angles.title")}>
      <SelectField
        label={t("angles.title")}
        hint={t(`angles.hint.${chosen}`)}
        value={chosen}
        options={choices.map((name) => ({ value: name, label: t(`angles.names.${name}`) }))}
        onChange={(event) => setChosen(event.target.value as AngleName)}
      />
      <Plot series={series} clock={clock} from={from} to={to} label={t(`angles.names.${chosen}`)} />
      <Reading series={series} clock={clock} />
    </section>
  );
}
