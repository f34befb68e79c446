import { ArrowRight, LoaderCircle } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { LiveStatus } from "@/api/types";
import { Banner } from "@/components/banner";
import { Button, ButtonLink } from "@/components/button";
import { Card } from "@/components/card";
import { Loading } from "@/components/states";
import { isFilmComing } from "@/hooks/use-live";
import { ScaleNote } from "./facts";
import { usePreferences } from "@/hooks/use-preferences";
import { formatClock, formatNumber, formatQuantity } from "@/units/format";

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt className="text-sm text-muted">{name}</dt>
      <dd className="figure text-2xl font-semibold">{value}</dd>
    </div>
  );
}

/** The highest of the figures that were measured; null when none was. */
function most(values: readonly (number | undefined)[]): number | null {
  const known = values.filter((value) => value !== undefined);
  return known.length > 0 ? Math.max(...known) : null;
}

/** The end of a session: being stored, kept, or why not. */
export function LiveStopped({ live, onAgain }: { live: LiveStatus; onAgain: () => void }) {
  const { t } = useTranslation();
  const { units, language } = usePreferences();
  if (live.status !== "stopped" && live.status !== "failed") {
    return (
      <Card className="p-8 text-center">
        <Loading label={t("live.stopping.title")} />
        <p className="text-muted">{t("live.stopping.text")}</p>
      </Card>
    );
  }
  const failed = live.status === "failed";
  const fastest = most((live.summary?.players ?? []).map(({ max_speed_mps }) => max_speed_mps));
  const farthest = most((live.summary?.players ?? []).map(({ total_distance_m }) => total_distance_m));
  const quantity = (value: number, unit: string) => {
    const shown = formatQuantity(value, unit, units, language);
    return `${shown.text} ${shown.unit}`;
  };
  return (
    <Card className="space-y-6 p-6 sm:p-8">
      <h1 className="text-3xl font-semibold">{live.title}</h1>
      <Banner tone={failed ? "bad" : "good"} title={t(failed ? "live.done.failed" : "live.done.title")}>
        {failed ? live.error?.message : t("live.done.text")}
      </Banner>
      <dl className="grid grid-cols-2 gap-5 sm:grid-cols-3">
        <Fact name={t("live.done.duration")} value={formatClock(live.duration_s)} />
        <Fact name={t("live.done.looked")} value={formatNumber(live.frames.processed, language, 0)} />
        <Fact name={t("live.done.left")} value={formatNumber(live.frames.dropped, language, 0)} />
        {live.summary && <Fact name={t("live.done.people")} value={formatNumber(live.summary.tracks, language, 0)} />}
        {fastest !== null && <Fact name={t("live.done.fastest")} value={quantity(fastest, "m/s")} />}
        {farthest !== null && <Fact name={t("live.done.farthest")} value={quantity(farthest, "m")} />}
      </dl>
      {isFilmComing(live) && (
        <p role="status" className="flex items-center gap-2.5 font-medium">
          <LoaderCircle className="size-5 shrink-0 animate-spin text-accent" aria-hidden="true" />
          {t("session.filmComing")}
        </p>
      )}
      {live.film === "missing" && <p className="text-sm text-muted">{t("session.filmMissing")}</p>}
      {live.summary && <ScaleNote scale={live.summary.scale} />}
      {(live.summary?.warnings ?? []).map((warning) => (
        <p key={warning} className="text-sm text-muted">
          {warning}
        </p>
      ))}
      <div className="flex flex-wrap gap-3">
        <ButtonLink to={`/sessions/${live.session_id}`} look="primary">
          {t("live.done.open")}
          <ArrowRight className="size-4" aria-hidden="true" />
        </ButtonLink>
        <Button onClick={onAgain}>{t("live.done.again")}</Button>
      </div>
    </Card>
  );
}
