import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Player, SessionDetail, SessionLoad } from "@/api/types";
import { Banner } from "@/components/banner";
import { Button } from "@/components/button";
import { Panel } from "@/components/dashboard/panel";
import { Hint } from "@/components/figure";
import { ErrorState, Skeleton, useErrorText } from "@/components/states";
import { useNotify } from "@/components/toast";
import { useCanEdit } from "@/hooks/use-account";
import { usePlayers } from "@/hooks/use-players";
import { usePreferences } from "@/hooks/use-preferences";
import { useEnterLoads, useLoads, type LoadOutcome } from "@/hooks/use-session-parts";
import { COLUMNS, changeOf, draftOf, isWrong, type Column, type Draft } from "./drafts";

type Loads = ReadonlyMap<string, SessionLoad>;

interface CellProps {
  column: Column;
  name: string;
  value: string;
  onChange: (value: string) => void;
}

function Cell({ column, name, value, onChange }: CellProps) {
  const { t } = useTranslation();
  return (
    <td className="px-1 py-1.5">
      <input
        aria-label={`${t(`effort.${column}`)}, ${name}`}
        aria-invalid={isWrong(column, value) || undefined}
        inputMode="decimal"
        autoComplete="off"
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className="figure min-h-11 w-full min-w-11 rounded-field border border-line-strong/60 bg-surface px-2 text-center hover:border-ink/60 aria-invalid:border-bad aria-invalid:text-bad"
      />
    </td>
  );
}

interface RowProps {
  player: Player;
  draft: Draft;
  load: SessionLoad | undefined;
  refusal: string | null;
  change: (draft: Draft) => void;
}

function Row({ player, draft, load, refusal, change }: RowProps) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const name = player.display_name;
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
  const remarks = load?.notes ?? [];
  return (
    <>
      <tr className="border-t border-line">
        <th scope="row" className="py-1.5 pr-2 text-left font-medium">{name}</th>
        {COLUMNS.map((column) => (
          <Cell key={column} column={column} name={name} value={draft[column]} onChange={(value) => change({ ...draft, [column]: value })} />
        ))}
        <td className="figure py-1.5 pl-2 text-right font-semibold">
          {load?.load_au == null ? <span className="text-sm font-normal text-muted">{t("effort.none")}</span> : number.format(load.load_au)}
        </td>
      </tr>
      {(refusal || remarks.length > 0) && (
        <tr>
          <td colSpan={COLUMNS.length + 2} className="pb-2 text-xs text-muted">
            {refusal && <p role="alert" className="text-sm font-medium text-bad">{refusal}</p>}
            {remarks.map((remark) => (
              <p key={remark}>{remark}</p>
            ))}
          </td>
        </tr>
      )}
    </>
  );
}

function Sheet({ sessionId, players, loads }: { sessionId: string; players: readonly Player[]; loads: Loads }) {
  const { t } = useTranslation();
  const enter = useEnterLoads(sessionId);
  const notify = useNotify();
  const errorText = useErrorText();
  const [drafts, setDrafts] = useState<Record<string, Draft>>({});
  const [refused, setRefused] = useState<readonly LoadOutcome[]>([]);
  const draft = (id: string) => drafts[id] ?? draftOf(loads.get(id));
  const changes = players.flatMap(({ id }) => changeOf(id, draft(id), loads.get(id)) ?? []);
  const wrong = players.some(({ id }) => COLUMNS.some((column) => isWrong(column, draft(id)[column])));
  const refusal = (id: string) => {
    const outcome = refused.find(({ playerId }) => playerId === id);
    return outcome ? errorText(outcome.error) : null;
  };
  const save = () =>
    enter.mutate(changes, {
      onSuccess: (outcomes) => {
        setRefused(outcomes);
        // What was refused stays as it was typed, to be corrected.
        setDrafts((now) => Object.fromEntries(outcomes.map(({ playerId }) => [playerId, now[playerId]!])));
        if (outcomes.length === 0) notify("good", t("entry.saved"));
      },
    });
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (changes.length > 0 && !wrong) save();
      }}
    >
      <div className="overflow-x-auto">
        <table className="w-full text-sm">
          <thead className="text-xs text-muted">
            <tr>
              <th scope="col" className="py-1.5 text-left font-semibold">{t("effort.player")}</th>
              {COLUMNS.map((column) => (
                <th key={column} scope="col" className="px-1 py-1.5 font-semibold">{t(`effort.${column}`)}</th>
              ))}
              <th scope="col" className="py-1.5 pl-2 text-right font-semibold">{t("effort.load")}</th>
            </tr>
          </thead>
          <tbody>
            {players.map((player) => (
              <Row
                key={player.id}
                player={player}
                draft={draft(player.id)}
                load={loads.get(player.id)}
                refusal={refusal(player.id)}
                change={(next) => setDrafts((now) => ({ ...now, [player.id]: next }))}
              />
            ))}
          </tbody>
        </table>
      </div>
      {wrong && <Banner tone="bad" className="mt-3">{t("effort.wrong")}</Banner>}
      <Button type="submit" look="primary" className="mt-4" busy={enter.isPending} disabled={changes.length === 0 || wrong}>
        {t("action.save")}
      </Button>
    </form>
  );
}

/** How hard it was and how long, player by player: the source of all load figures. */
export function EffortPanel({ session }: { session: SessionDetail }) {
  const { t } = useTranslation();
  const staff = useCanEdit(session.team_id);
  const loads = useLoads(session.id);
  const players = usePlayers();
  const error = loads.error ?? players.error;
  const roster = players.data?.items.filter(({ team_id }) => team_id === session.team_id);
  return (
    <Panel title={t("effort.title")} hint={<Hint label={t("effort.what")}>{t("effort.definition")}</Hint>}>
      {error && <ErrorState error={error} retry={() => void loads.refetch()} />}
      {!error && (!loads.data || !roster) && <Skeleton className="h-40" />}
      {!error && loads.data && roster?.length === 0 && <p className="text-muted">{t("effort.noPlayers")}</p>}
      {!error && loads.data && roster && roster.length > 0 && (
        <>
          <p className="mb-3 text-sm text-muted">{t(staff ? "effort.lead" : "effort.ownLead")}</p>
          <Sheet sessionId={session.id} players={roster} loads={new Map(loads.data.items.map((load) => [load.player.id, load]))} />
        </>
      )}
    </Panel>
  );
}
