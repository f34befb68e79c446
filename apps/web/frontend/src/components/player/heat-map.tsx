import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Grade, HeatMap as Heat } from "@/api/types";
import { token } from "@/components/chart/style";
import { GradeBadge } from "@/components/grade";
import { ErrorState, Skeleton } from "@/components/states";
import { useHeatMap } from "@/hooks/use-dashboard";
import { usePreferences } from "@/hooks/use-preferences";
import { formatDate } from "@/units/format";

/** One pixel a cell; the browser smooths when it enlarges. */
function paint(canvas: HTMLCanvasElement, seconds: readonly (readonly number[])[], color: string): void {
  const rows = seconds.length;
  const columns = seconds[0]?.length ?? 0;
  const context = canvas.getContext("2d")!;
  canvas.width = columns;
  canvas.height = rows;
  const most = Math.max(...seconds.flat(), Number.MIN_VALUE);
  context.fillStyle = color;
  seconds.forEach((row, y) =>
    row.forEach((value, x) => {
      context.globalAlpha = Math.sqrt(value / most);
      context.fillRect(x, rows - 1 - y, 1, 1);
    }),
  );
}

function Drawing({ heat }: { heat: Heat }) {
  const { t } = useTranslation();
  const { language, theme, timeZone } = usePreferences();
  const canvas = useRef<HTMLCanvasElement>(null);
  const { seconds, x_edges_m: xs, y_edges_m: ys, grade, coverage } = heat;
  useEffect(() => paint(canvas.current!, seconds, token("--c-gill")), [seconds, theme]);
  const [left, right, bottom, top] = [xs[0]!, xs.at(-1)!, ys[0]!, ys.at(-1)!];
  const percent = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 0 });
  return (
    <figure>
      <div className="relative overflow-hidden rounded-field bg-pond" style={{ aspectRatio: `${right - left} / ${top - bottom}` }}>
        <canvas ref={canvas} role="img" aria-label={t("player.heatMap.label", { title: heat.title })} className="absolute inset-0 size-full" />
        {left < 0 && right > 0 && (
          <span className="absolute inset-y-0 w-px bg-white/40" style={{ left: `${(-left / (right - left)) * 100}%` }} aria-hidden="true" />
        )}
      </div>
      <figcaption className="mt-3 flex items-center gap-3 text-sm text-muted">
        {grade && <GradeBadge grade={grade as Grade} />}
        <span>
          {[heat.title, formatDate(heat.start, language, timeZone), coverage !== null && t("player.heatMap.coverage", { share: percent.format(coverage) }), heat.synthetic && t("sessions.synthetic")]
            .filter(Boolean)
            .join(" · ")}
        </span>
      </figcaption>
    </figure>
  );
}

/** Where a player was in one session: the brighter, the longer. */
export function HeatMap({ playerId, sessionId }: { playerId: string; sessionId: string }) {
  const heat = useHeatMap(playerId, sessionId);
  if (heat.isPending) return <Skeleton className="aspect-3/2" />;
  if (heat.isError) return <ErrorState error={heat.error} retry={() => void heat.refetch()} />;
  return <Drawing heat={heat.data} />;
}
