import { useTranslation } from "react-i18next";
import type { Team } from "@/api/types";
import { Banner } from "@/components/banner";
import { Card } from "@/components/card";
import { CheckField } from "@/components/field";
import { ErrorState, Skeleton, useErrorText } from "@/components/states";
import { useNotify } from "@/components/toast";
import { useTeams } from "@/hooks/use-calendar";
import { useChangeTeam } from "@/hooks/use-team";

function BlurSwitch({ team, mayChange }: { team: Team; mayChange: boolean }) {
  const { t } = useTranslation();
  const change = useChangeTeam(team.id);
  const notify = useNotify();
  const errorText = useErrorText();
  // What was asked for is shown while it is on its way; where it is refused, the switch goes back.
  const on = change.isPending ? change.variables.blur_shared_film : team.blur_shared_film;
  return (
    <>
      <CheckField
        role="switch"
        label={t("film.blur")}
        hint={mayChange ? t("film.why") : `${t("film.why")} ${t("film.owner")}`}
        checked={on}
        disabled={!mayChange}
        onChange={({ target }) =>
          change.mutate({ blur_shared_film: target.checked }, { onSuccess: (now) => notify("good", t(now.blur_shared_film ? "film.on" : "film.off")) })
        }
      />
      {change.isError && <Banner tone="bad" className="mt-3">{errorText(change.error)}</Banner>}
    </>
  );
}

/** What players and guardians see of a team's films. The owner decides; whoever leads the team reads how it is. */
export function FilmCard({ teamId, name, mayChange }: { teamId: string; name: string; mayChange: boolean }) {
  const { t } = useTranslation();
  const teams = useTeams();
  const team = teams.data?.items.find(({ id }) => id === teamId);
  return (
    <Card className="p-6">
      <h2 className="mb-2 text-xl font-semibold">{t("film.title", { team: name })}</h2>
      {teams.isPending && <Skeleton className="h-20" />}
      {teams.isError && <ErrorState error={teams.error} retry={() => void teams.refetch()} />}
      {team && <BlurSwitch team={team} mayChange={mayChange} />}
    </Card>
  );
}
