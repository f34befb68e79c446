import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { PlayerLoad, TrainingLoad } from "@/api/types";
import { Tag } from "@/components/badge";
import { Chart } from "@/components/chart/chart";
import { dayStart, type Series } from "@/components/chart/series";
import { FigureText, Hint } from "@/components/figure";
import { usePreferences } from "@/hooks/use-preferences";
import { formatChange } from "@/units/figures";
import { Panel } from "./panel";

type FlagKind = "monotony" | "strain" | "week_change";

function Change({ figure, name }: { figure: PlayerLoad["change"]; name: string }) {
  const { language } = usePreferences();
  if (figure.value === null) return <FigureText figure={figure} id="" name={name} />;
  return <span className="figure font-semibold">{formatChange(figure.value, language)}</span>;
}

function Facts({ load }: { load: TrainingLoad }) {
  const { t } = useTranslation();
  const name = {
    week: t("dashboard.load.week"),
    weekBefore: t("dashboard.load.weekBefore"),
    change: t("dashboard.load.changeName"),
    monotony: t("dashboard.load.monotony"),
    days: t("dashboard.load.days"),
  };
  const facts = [
    ["week", <FigureText figure={load.week} id="srpe_load_au" name={name.week} />],
    ["weekBefore", <FigureText figure={load.previous_week} id="srpe_load_au" name={name.weekBefore} />],
    ["change", <Change figure={load.change} name={name.change} />],
    ["monotony", <FigureText figure={load.monotony} id="" name={name.monotony} />],
    ["days", <span className="figure font-semibold">{load.days}</span>],
  ] as const;
  return (
    <dl className="mb-4 flex flex-wrap gap-x-6 gap-y-3">
      {facts.map(([key, value]) => (
        <div key={key}>
          <dt className="flex items-center gap-1 text-xs text-muted">
            {name[key]}
            <Hint label={t("kpi.define", { name: name[key] })}>{t(`dashboard.load.about.${key}`)}</Hint>
          </dt>
          <dd className="text-lg">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Flags({ load }: { load: TrainingLoad }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  if (load.flags.length === 0) return null;
  const shown = (kind: string, threshold: number) =>
    new Intl.NumberFormat(language, { style: kind === "week_change" ? "percent" : "decimal" }).format(threshold);
  return (
    <ul className="mt-3 space-y-1 text-sm text-muted">
      {load.flags.map(({ kind, threshold, players }) => (
        <li key={kind}>{t(`dashboard.load.marks.${kind as FlagKind}`, { count: players, threshold: shown(kind, threshold) })}</li>
      ))}
    </ul>
  );
}

function ByPlayer({ players }: { players: readonly PlayerLoad[] }) {
  const { t } = useTranslation();
  return (
    <details className="mt-4">
      <summary className="inline-flex min-h-9 cursor-pointer items-center text-sm font-semibold text-muted hover:text-ink">
        {t("dashboard.load.byPlayer", { count: players.length })}
      </summary>
      <ul className="mt-2 divide-y divide-line">
        {players.map(({ player, week, change, days, low_trust }) => (
          <li key={player.id} className="flex flex-wrap items-center gap-x-5 gap-y-1 py-2">
            <span className="flex min-w-40 flex-1 items-center gap-2 font-medium">
              <Link to={`/players/${player.id}`} className="hover:underline">
                {player.display_name}
              </Link>
              {low_trust && <Tag>{t("dashboard.load.lowTrust")}</Tag>}
            </span>
            <span><FigureText figure={week} id="srpe_load_au" name={t("dashboard.load.week")} /></span>
            <span className="min-w-20 text-right"><Change figure={change} name={t("dashboard.load.changeName")} /></span>
            <span className="min-w-24 text-right text-sm text-muted">{t("dashboard.load.dayCount", { count: days })}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}

/** From the first day of which something is known. */
function known({ lines }: TrainingLoad): TrainingLoad["lines"] {
  const first = lines.findIndex(({ load, acute }) => load !== null || acute !== null);
  return first < 0 ? [] : lines.slice(first);
}

function seriesOf(lines: TrainingLoad["lines"], names: { load: string; acute: string; chronic: string }): Series[] {
  return [
    { key: "load", label: names.load, kind: "bars", color: "--c-line-strong", values: lines.map(({ load }) => load) },
    { key: "acute", label: names.acute, kind: "line", color: "--c-accent", values: lines.map(({ acute }) => acute) },
    { key: "chronic", label: names.chronic, kind: "dashed", color: "--c-teal", values: lines.map(({ chronic }) => chronic) },
  ];
}

/** Training load as entered: what it was and how many days are behind it. It describes; it forecasts no injuries. */
export function LoadPanel({ load, showPlayers }: { load: TrainingLoad; showPlayers: boolean }) {
  const { t } = useTranslation();
  const lines = useMemo(() => known(load), [load]);
  const x = useMemo(() => lines.map(({ date }) => dayStart(date)), [lines]);
  const series = useMemo(
    () => seriesOf(lines, { load: t("dashboard.load.daily"), acute: t("dashboard.load.acute"), chronic: t("dashboard.load.chronic") }),
    [lines, t],
  );
  return (
    <Panel
      title={t("dashboard.load.title")}
      hint={
        <Hint label={t("dashboard.load.what")}>
          <p>{t("dashboard.load.definition")}</p>
          <p className="mt-2">{t("dashboard.load.lines")}</p>
          <p className="mt-2">{t("dashboard.load.noInjuries")}</p>
          <p className="mt-3 text-xs text-muted">{load.sources.join("; ")}</p>
        </Hint>
      }
    >
      {load.days > 0 ? (
        <>
          <Facts load={load} />
          <Chart x={x} series={series} label={t("dashboard.load.chart", { count: load.days })} unit="AU" />
          <Flags load={load} />
          {showPlayers && load.players.length > 0 && <ByPlayer players={load.players} />}
        </>
      ) : (
        <p className="max-w-prose text-muted">{t("dashboard.load.empty")}</p>
      )}
    </Panel>
  );
}
