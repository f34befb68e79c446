import clsx from "clsx";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Player } from "@/api/types";
import { Definitions } from "@/components/definitions";
import { Hint } from "@/components/figure";
import { usePreferences } from "@/hooks/use-preferences";
import type { LiveMetrics } from "@/live/messages";
import { Roster, type Row } from "@/live/roster";
import { formatQuantity } from "@/units/format";

interface PanelProps {
  metrics: LiveMetrics | null;
  colorOf: (trackId: number) => string;
  /** Who may be in the picture; null where one only watches. */
  roster: readonly Player[] | null;
  onSay: (trackId: number, playerId: string | null) => void;
}

/** Calm to hot, as in the session's zone bar. */
const SHADES: Record<number, string> = { 1: "bg-[#bfe3dd]", 2: "bg-[#84cfc4]", 3: "bg-[#ffd1df]", 4: "bg-[#ff9dbd]", 5: "bg-[#f0588c]" };
const ZONES = [1, 2, 3, 4, 5] as const;

/** What is added up from the start on, as in the catalogue. */
const SINCE_START = ["total_distance_m", "movement_load"] as const;

function Value({ value, unit, label, digits }: { value: number | null; unit: string; label: string; digits?: "rough" }) {
  const { t } = useTranslation();
  const { units, language } = usePreferences();
  const quantity = value === null ? null : formatQuantity(digits === "rough" ? Math.round(value) : value, unit, units, language);
  return (
    <div className="min-w-0">
      <dt className="text-xs text-muted">{label}</dt>
      <dd className="figure text-xl leading-tight font-semibold whitespace-nowrap">
        {quantity ? (
          <>
            {quantity.text} <span className="text-sm font-medium text-muted">{quantity.unit}</span>
          </>
        ) : (
          <>
            <span aria-hidden="true" className="text-muted">
              –
            </span>
            <span className="sr-only">{t("live.players.unknown")}</span>
          </>
        )}
      </dd>
    </div>
  );
}

function Zone({ zone }: { zone: number | null }) {
  const { t } = useTranslation();
  const name = zone !== null && ZONES.find((known) => known === zone);
  return (
    <div className="flex items-center gap-2 text-sm">
      <span className="flex gap-0.5" aria-hidden="true">
        {ZONES.map((step) => (
          <span key={step} className={clsx("h-3 w-4 rounded-sm", zone !== null && step <= zone ? SHADES[step] : "bg-line")} />
        ))}
      </span>
      {name ? (
        <span title={t("live.players.zoneOf", { zone: name })}>{t(`live.zones.${name}`)}</span>
      ) : (
        <span className="text-muted">{t("live.players.unknown")}</span>
      )}
    </div>
  );
}

function Who({ row, roster, onSay }: { row: Row; roster: readonly Player[]; onSay: PanelProps["onSay"] }) {
  const { t } = useTranslation();
  const name = row.name ?? t("live.players.number", { id: row.trackId });
  return (
    <select
      aria-label={t("live.players.who", { name })}
      className="min-h-9 max-w-40 min-w-0 rounded-field border border-line-strong/50 bg-surface px-2 text-sm hover:border-ink/60"
      value={row.playerId ?? ""}
      onChange={({ target }) => onSay(row.trackId, target.value || null)}
    >
      <option value="">{t("live.players.nobody")}</option>
      {roster.map(({ id, display_name }) => (
        <option key={id} value={id}>
          {display_name}
        </option>
      ))}
    </select>
  );
}

function PlayerRow({ row, color, roster, onSay }: { row: Row; color: string; roster: PanelProps["roster"]; onSay: PanelProps["onSay"] }) {
  const { t } = useTranslation();
  return (
    <li className={clsx("space-y-2 px-5 py-3.5", !row.seen && "bg-sunken")} data-testid="live-player">
      <div className="flex min-h-9 items-center gap-2.5">
        <span className="size-3 shrink-0 rounded-full ring-2 ring-line" style={{ background: color }} aria-hidden="true" />
        <h3 className="min-w-0 flex-1 truncate font-sans font-semibold">{row.name ?? t("live.players.number", { id: row.trackId })}</h3>
        {!row.seen && <span className="text-sm text-muted">{t("live.players.unseen")}</span>}
        {roster && row.seen && <Who row={row} roster={roster} onSay={onSay} />}
      </div>
      {row.implausible ? (
        <p className="text-sm text-warn">{t("live.players.implausible")}</p>
      ) : (
        <>
          <dl className="grid grid-cols-3 gap-3">
            <Value label={t("live.players.speed")} value={row.speedMps} unit="m/s" />
            <Value label={t("live.players.distance")} value={row.distanceM} unit="m" />
            <Value label={t("live.players.load")} value={row.load} unit="" digits="rough" />
          </dl>
          <Zone zone={row.zone} />
        </>
      )}
    </li>
  );
}

/** Who runs how fast, how far and how hard, as it happens. */
export function PlayersPanel({ metrics, colorOf, roster: team, onSay }: PanelProps) {
  const { t } = useTranslation();
  const [roster] = useState(() => new Roster());
  const rows = useMemo(() => (metrics ? roster.update(metrics, Date.now()) : []), [roster, metrics]);
  return (
    <section aria-label={t("live.players.title")}>
      <div className="flex items-center gap-2 border-b border-line px-5 py-4">
        <h2 className="text-lg font-semibold">{t("live.players.title")}</h2>
        <Hint label={t("live.players.what")}>
          <p className="mb-2.5">{t("live.players.now")}</p>
          <Definitions keys={SINCE_START} />
        </Hint>
      </div>
      {rows.length === 0 ? (
        <p className="px-5 py-6 text-muted">{t("live.players.empty")}</p>
      ) : (
        <ul className="divide-y divide-line">
          {rows.map((row) => (
            <PlayerRow key={row.key} row={row} color={colorOf(row.trackId)} roster={team} onSay={onSay} />
          ))}
        </ul>
      )}
    </section>
  );
}
