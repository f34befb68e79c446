import { Info, Ruler, TriangleAlert, Wifi, WifiOff } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { SocketPhase } from "@/api/socket";
import { Hint } from "@/components/figure";
import { usePreferences } from "@/hooks/use-preferences";
import type { LiveMetrics } from "@/live/messages";
import type { SenderFacts } from "@/live/sender";
import { formatNumber } from "@/units/format";

const SCALES = ["calibrated", "estimated", "none"] as const;

/** Whether the line stands, in words and with a sign. */
export function LineState({ phase }: { phase: SocketPhase }) {
  const { t } = useTranslation();
  const good = phase === "open";
  const Icon = good ? Wifi : WifiOff;
  return (
    <p
      role="status"
      data-testid="live-line"
      className={`inline-flex items-center gap-2 rounded-full px-3 py-1 text-sm font-semibold ${good ? "bg-good-soft text-good" : "bg-warn-soft text-warn"}`}
    >
      <Icon className="size-4" aria-hidden="true" />
      {t(`live.line.${phase}`)}
    </p>
  );
}

function Fact({ name, hint, children }: { name: string; hint?: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="flex items-center gap-0.5 text-sm text-muted">
        {name}
        {hint && <Hint label={name}>{hint}</Hint>}
      </dt>
      <dd className="figure text-xl leading-tight font-semibold">{children}</dd>
    </div>
  );
}

function Unit({ children }: { children: string }) {
  return <span className="text-sm font-medium text-muted">{children}</span>;
}

interface FactsProps {
  metrics: LiveMetrics | null;
  /** From the camera to this page [s]; null before the first state. */
  delayS: number | null;
  /** What this page sends itself, if it does. */
  sender: SenderFacts | null;
}

/** How it runs, told plainly: pictures looked at, how late, how many left out. */
export function RunFacts({ metrics, delayS, sender }: FactsProps) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const left = Object.values(metrics?.dropped ?? {}).reduce((sum, count) => sum + count, 0) + (sender?.skipped ?? 0);
  return (
    <dl aria-label={t("live.facts.label")} className="grid grid-cols-2 gap-x-4 gap-y-3 sm:grid-cols-4">
      <Fact name={t("live.facts.fps")} hint={t("live.facts.fpsHint")}>
        <span data-testid="live-fps">{metrics ? formatNumber(metrics.fps, language, 1) : "–"}</span> <Unit>{t("live.facts.fpsUnit")}</Unit>
      </Fact>
      <Fact name={t("live.facts.delay")} hint={t("live.facts.delayHint")}>
        <span data-testid="live-delay">{delayS === null ? "–" : formatNumber(delayS, language, 2)}</span> <Unit>s</Unit>
      </Fact>
      <Fact name={t("live.facts.dropped")} hint={t("live.facts.droppedHint")}>
        <span data-testid="live-dropped">{formatNumber(left, language, 0)}</span>
      </Fact>
      {sender && (
        <Fact name={t("live.facts.sent")} hint={t("live.facts.sentAs", { width: sender.width, height: sender.height, kilobytes: sender.kilobytes })}>
          <span data-testid="live-sent">{formatNumber(sender.fps, language, 1)}</span> <Unit>{t("live.facts.fpsUnit")}</Unit>
        </Fact>
      )}
    </dl>
  );
}

/** Where metres come from, or why there are none. */
export function ScaleNote({ scale }: { scale: string }) {
  const { t } = useTranslation();
  const known = SCALES.find((name) => name === scale) ?? "none";
  const Icon = known === "calibrated" ? Ruler : TriangleAlert;
  return (
    <p className={`flex items-start gap-2 text-sm ${known === "calibrated" ? "text-muted" : "text-warn"}`} data-testid="live-scale">
      <Icon className="mt-0.5 size-4 shrink-0" aria-hidden="true" />
      {t(`live.scale.${known}`)}
    </p>
  );
}

/** Where metres come from, and what the worker has to say. */
export function LiveNotes({ metrics }: { metrics: LiveMetrics | null }) {
  if (!metrics) return null;
  const notes = [...(metrics.messages ?? []), metrics.budget?.note].filter(Boolean) as string[];
  return (
    <div className="space-y-2">
      <ScaleNote scale={metrics.scale} />
      {[...new Set(notes)].map((note) => (
        <p key={note} className="flex items-start gap-2 text-sm text-muted">
          <Info className="mt-0.5 size-4 shrink-0" aria-hidden="true" />
          {note}
        </p>
      ))}
    </div>
  );
}
