import { useState } from "react";
import { useTranslation } from "react-i18next";
import { PERIODS, type Period } from "@/api/dashboard";
import type { Player, PlayerPage } from "@/api/types";
import { LoadPanel } from "@/components/dashboard/load-panel";
import { Panel } from "@/components/dashboard/panel";
import { TrendPanel } from "@/components/dashboard/trend-panel";
import { SelectField } from "@/components/field";
import { Hint } from "@/components/figure";
import { DoubtfulSessions } from "@/components/identity-doubt";
import { ErrorState, Skeleton } from "@/components/states";
import { usePlayerPage, useTimeZone } from "@/hooks/use-dashboard";
import { useKpiCatalogue } from "@/hooks/use-scan";
import { HeatMap } from "./heat-map";
import { MetricPanel } from "./metric-panel";
import { usePlayerRights } from "./rights";

/** The API takes no more at once. */
const MOST_METRICS = 12;

function Place({ page, playerId }: { page: PlayerPage; playerId: string }) {
  const { t } = useTranslation();
  return (
    <Panel title={t("player.heatMap.title")} hint={<Hint label={t("player.heatMap.how")}>{t("player.heatMap.what")}</Hint>}>
      {page.heat_map ? (
        <HeatMap playerId={playerId} sessionId={page.heat_map.session_id} />
      ) : (
        <p className="text-muted">{page.heat_map_absent}</p>
      )}
    </Panel>
  );
}

function Asymmetries({ page, name, timeZone, linked }: { page: PlayerPage; name: string; timeZone: string; linked: boolean }) {
  const { t } = useTranslation();
  if (page.asymmetries.length === 0) {
    return (
      <Panel title={t("player.asymmetries")}>
        <p className="text-muted">{page.asymmetries_absent}</p>
      </Panel>
    );
  }
  return page.asymmetries.map((one) => <MetricPanel key={one.metric.key} one={one} name={name} timeZone={timeZone} targets={page.targets} linked={linked} />);
}

/** A player's figures over time. */
export function FiguresTab({ player }: { player: Player }) {
  const { t } = useTranslation();
  const { family } = usePlayerRights(player);
  const [period, setPeriod] = useState<Period>("90d");
  const [metrics, setMetrics] = useState("");
  const page = usePlayerPage(player.id, { period, metrics });
  const catalogue = useKpiCatalogue();
  const timeZone = useTimeZone(page.data?.period.time_zone) ?? "UTC";
  const shown = page.data?.metrics.map(({ metric }) => metric.key) ?? [];
  const more = (catalogue.data ?? []).filter(({ key }) => !shown.includes(key));
  const name = player.display_name;
  return (
    <>
      <div className="mb-5 grid max-w-2xl gap-3 sm:grid-cols-2">
        <SelectField
          label={t("trend.period")}
          value={period}
          onChange={(event) => setPeriod(event.target.value as Period)}
          options={PERIODS.map((value) => ({ value, label: t(`trend.periods.${value}`) }))}
        />
        <SelectField
          label={t("player.addMetric")}
          value=""
          disabled={shown.length === 0 || shown.length >= MOST_METRICS}
          onChange={(event) => setMetrics([event.target.value, ...shown].join(","))}
          options={[{ value: "", label: t("player.chooseMetric") }, ...more.map(({ key, name: label }) => ({ value: key, label }))]}
        />
      </div>
      {page.isPending && <Skeleton className="h-96 rounded-card" />}
      {page.isError && <ErrorState error={page.error} retry={() => void page.refetch()} />}
      {page.data && <DoubtfulSessions doubts={page.data.doubts} playerId={player.id} />}
      {page.data && (
        <div className="grid items-start gap-5 lg:grid-cols-2">
          {page.data.metrics.map((one) => (
            <MetricPanel key={one.metric.key} one={one} name={name} timeZone={timeZone} targets={page.data.targets} linked={!family} />
          ))}
          <Place page={page.data} playerId={player.id} />
          <Asymmetries page={page.data} name={name} timeZone={timeZone} linked={!family} />
        </div>
      )}
    </>
  );
}

/** A player's training load, and any figure with its slope. */
export function LoadTab({ player }: { player: Player }) {
  const page = usePlayerPage(player.id, { period: "90d", metrics: "" });
  if (page.isPending) return <Skeleton className="h-96 rounded-card" />;
  if (page.isError) return <ErrorState error={page.error} retry={() => void page.refetch()} />;
  return (
    <div className="grid items-start gap-5 xl:grid-cols-2">
      <LoadPanel load={page.data.load} showPlayers={false} />
      <TrendPanel playerId={player.id} />
    </div>
  );
}
