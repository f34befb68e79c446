import { Trash2 } from "lucide-react";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import type { Team } from "@/api/types";
import { Banner } from "@/components/banner";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { SelectField, TextField } from "@/components/field";
import { ErrorState, Skeleton, useErrorText } from "@/components/states";
import { useNotify } from "@/components/toast";
import { useTeams } from "@/hooks/use-calendar";
import { useChangeTeam } from "@/hooks/use-team";
import { timeZones } from "@/units/zones";
import { DeleteTeamDialog } from "./team-dialogs";

const [SHORTEST_MIN, LONGEST_MIN] = [10, 600];

function Particulars({ team }: { team: Team }) {
  const { t } = useTranslation();
  const change = useChangeTeam(team.id);
  const notify = useNotify();
  const errorText = useErrorText();
  const [name, setName] = useState(team.name);
  const [club, setClub] = useState(team.club);
  const [ageGroup, setAgeGroup] = useState(team.age_group);
  const [zone, setZone] = useState(team.time_zone);
  const [minutes, setMinutes] = useState(String(team.default_training_duration_min));
  const duration = Number(minutes);
  const isWrong = !(Number.isInteger(duration) && duration >= SHORTEST_MIN && duration <= LONGEST_MIN);
  const wanted = { name: name.trim(), club: club.trim(), age_group: ageGroup.trim(), time_zone: zone, default_training_duration_min: duration };
  const isSame = Object.entries(wanted).every(([field, value]) => team[field as keyof typeof wanted] === value);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate(wanted, { onSuccess: () => notify("good", t("team.saved")) });
  };
  return (
    <form noValidate onSubmit={submit} className="grid gap-5 sm:grid-cols-2">
      <TextField label={t("team.name")} maxLength={120} value={name} onChange={({ target }) => setName(target.value)} />
      <TextField label={t("team.club")} maxLength={120} value={club} onChange={({ target }) => setClub(target.value)} />
      <TextField label={t("team.ageGroup")} hint={t("team.ageGroupHint")} maxLength={32} value={ageGroup} onChange={({ target }) => setAgeGroup(target.value)} />
      <TextField
        label={t("team.duration")}
        inputMode="numeric"
        value={minutes}
        error={isWrong ? t("team.durationWrong") : undefined}
        onChange={({ target }) => setMinutes(target.value)}
      />
      <SelectField
        label={t("team.zone")}
        value={zone}
        onChange={({ target }) => setZone(target.value)}
        options={timeZones(zone).map((value) => ({ value, label: value.replaceAll("_", " ") }))}
      />
      {change.isError && <Banner tone="bad" className="sm:col-span-2">{errorText(change.error)}</Banner>}
      <div className="sm:col-span-2">
        <Button type="submit" busy={change.isPending} disabled={isSame || isWrong || wanted.name === ""}>
          {t("action.save")}
        </Button>
      </div>
    </form>
  );
}

/** A team's particulars, and its end: its owner's. */
export function TeamCard({ teamId, name }: { teamId: string; name: string }) {
  const { t } = useTranslation();
  const teams = useTeams();
  const team = teams.data?.items.find(({ id }) => id === teamId);
  const [deleting, setDeleting] = useState(false);
  return (
    <Card className="p-6">
      <div className="mb-4 flex flex-wrap items-center justify-between gap-3">
        <h2 className="text-xl font-semibold">{t("team.title", { team: name })}</h2>
        {team && (
          <Button look="quiet" size="sm" onClick={() => setDeleting(true)}>
            <Trash2 className="size-4" aria-hidden="true" />
            {t("team.delete")}
          </Button>
        )}
      </div>
      {teams.isPending && <Skeleton className="h-40" />}
      {teams.isError && <ErrorState error={teams.error} retry={() => void teams.refetch()} />}
      {team && <Particulars key={team.id} team={team} />}
      {team && deleting && <DeleteTeamDialog team={team} onClose={() => setDeleting(false)} />}
    </Card>
  );
}
