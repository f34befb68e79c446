import { useTranslation } from "react-i18next";
import type { ComparedSessions, Grade } from "@/api/types";
import { Tag } from "@/components/badge";
import { Panel } from "@/components/dashboard/panel";
import { FigureText, NotAssessed, useFigure } from "@/components/figure";
import { GradeBadge } from "@/components/grade";
import { usePreferences } from "@/hooks/use-preferences";
import { useMetricWords } from "@/hooks/use-scan";
import { formatDate } from "@/units/format";
import { formatDifference } from "@/units/figures";
import { scaleOf } from "@/units/units";
import { MetricHint } from "./metric-hint";

type Table = ComparedSessions["tables"][number];
type Row = Table["players"][number];
type Session = ComparedSessions["sessions"][number];

function Heading({ session, isFirst }: { session: Session; isFirst: boolean }) {
  const { t } = useTranslation();
  const { language, timeZone } = usePreferences();
  return (
    <th scope="col" className="min-w-28 py-2 pl-4 text-left align-top font-semibold">
      <span className="line-clamp-2 break-words">{session.title || t("sessions.untitled")}</span>
      <span className="block text-xs font-normal text-muted">{formatDate(session.start, language, timeZone)}</span>
      {isFirst && <span className="block text-xs font-normal text-muted">{t("compareSessions.first")}</span>}
      {session.synthetic && <Tag className="mt-1">{t("sessions.synthetic")}</Tag>}
    </th>
  );
}

/** What may be said of a session against the first; a difference within the uncertainty is no difference. */
function Difference({ change, metric }: { change: Row["differences"][number]; metric: Table["metric"] }) {
  const { t } = useTranslation();
  const { units, language } = usePreferences();
  const { value, absent } = change.difference;
  if (value === null) return <NotAssessed reason={absent ?? ""} name={metric.name} />;
  if (!change.distinguishable) return <span className="text-muted">{t("compareSessions.alike")}</span>;
  return <span className="font-semibold">{formatDifference(value, scaleOf(metric.key, metric.unit, units), language)}</span>;
}

interface CellProps {
  row: Row;
  /** Which session's. */
  at: number;
  metric: Table["metric"];
}

function Cell({ row, at, metric }: CellProps) {
  const figure = useFigure();
  const { value, grade } = row.values[at]!;
  const hasBoth = value.value !== null && row.values[0]!.value.value !== null;
  return (
    <td className="py-3 pl-4 align-top">
      <span className="flex items-center gap-2">
        <FigureText figure={value} id={metric.key} name={row.display_name} />
        {grade && <GradeBadge grade={grade as Grade} />}
      </span>
      <span className="block text-xs text-muted">{figure(value, metric.key)?.interval}</span>
      {at > 0 && hasBoth && (
        <span className="mt-1 block text-sm">
          <Difference change={row.differences[at - 1]!} metric={metric} />
        </span>
      )}
    </td>
  );
}

/** One figure of every named player in several sessions. */
export function SessionTable({ table, sessions }: { table: Table; sessions: readonly Session[] }) {
  const { t } = useTranslation();
  const metric = useMetricWords()(table.metric);
  return (
    <Panel
      title={metric.name}
      hint={<MetricHint metric={metric} what={t("compareSessions.what")} />}
    >
      {/* Four sessions are wider than a phone. */}
      <div role="region" aria-label={metric.name} tabIndex={0} className="-mx-5 overflow-x-auto px-5">
        <table className="w-full text-sm">
          <thead>
            <tr className="border-b border-line">
              <th scope="col" className="py-2 text-left align-top text-xs font-semibold text-muted">{t("compareSessions.player")}</th>
              {sessions.map((session, i) => (
                <Heading key={session.id} session={session} isFirst={i === 0} />
              ))}
            </tr>
          </thead>
          <tbody className="divide-y divide-line">
            {table.players.map((row) => (
              <tr key={row.player_id}>
                <th scope="row" className="py-3 text-left align-top font-semibold">{row.display_name}</th>
                {sessions.map((session, at) => (
                  <Cell key={session.id} row={row} at={at} metric={metric} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}
