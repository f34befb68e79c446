import { useState } from "react";
import { useTranslation } from "react-i18next";
import { TextField } from "@/components/field";
import { ErrorState, Skeleton } from "@/components/states";
import { useDebounced } from "@/hooks/use-debounced";
import { usePreferences } from "@/hooks/use-preferences";
import { useSession, useSessions } from "@/hooks/use-sessions";
import { formatDate } from "@/units/format";
import { ChoiceChip } from "./choice-chip";

const SEARCH_DELAY_MS = 300;
/** The newest; those without figures are left out. */
const LOOKED_THROUGH = 50;

interface Candidate {
  id: string;
  title: string;
  start: string;
}

interface SessionChoiceProps {
  chosen: readonly string[];
  most: number;
  /** Of those chosen, what is known already. */
  known: readonly Candidate[];
  /** One of those chosen is not there. */
  hasFailed: boolean;
  choose: (ids: string[]) => void;
}

/** Sessions with figures: the newest, or what is looked for; of one team only, which the first chosen decides. */
export function SessionChoice({ chosen, most, known, hasFailed, choose }: SessionChoiceProps) {
  const { t } = useTranslation();
  const { language, timeZone } = usePreferences();
  const [search, setSearch] = useState("");
  const q = useDebounced(search, SEARCH_DELAY_MS);
  const first = useSession(chosen[0]);
  const found = useSessions({ q, team_id: first.data?.team_id, per_page: LOOKED_THROUGH });
  const offered: Candidate[] = [...known, ...(first.data ? [first.data] : []), ...(found.data?.items ?? []).filter(({ kpis }) => kpis !== null)];
  const byId = new Map(offered.map((session) => [session.id, session]));
  const shown = [...new Set([...chosen, ...byId.keys()])];
  const nameless = hasFailed || first.isError ? t("state.missing.title") : "…";
  if (found.isError) return <ErrorState error={found.error} retry={() => void found.refetch()} />;
  return (
    <fieldset className="mb-6">
      <legend className="mb-2 text-sm font-semibold">{t("compareSessions.who", { most })}</legend>
      <TextField label={t("compareSessions.search")} type="search" value={search} className="mb-3 max-w-sm" onChange={(event) => setSearch(event.target.value)} />
      {found.isPending ? (
        <Skeleton className="h-20" />
      ) : (
        <div className="flex max-h-60 flex-wrap gap-2 overflow-y-auto p-0.5">
          {shown.map((id) => {
            const session = byId.get(id);
            const checked = chosen.includes(id);
            return (
              <ChoiceChip
                key={id}
                checked={checked}
                disabled={!checked && chosen.length >= most}
                onChange={() => choose(checked ? chosen.filter((one) => one !== id) : [...chosen, id])}
              >
                {session ? session.title || t("sessions.untitled") : nameless}{" "}
                {session && <span className="font-normal text-muted">{formatDate(session.start, language, timeZone)}</span>}
              </ChoiceChip>
            );
          })}
          {shown.length === chosen.length && <p className="text-sm text-muted">{t("compareSessions.noMatch")}</p>}
        </div>
      )}
    </fieldset>
  );
}
