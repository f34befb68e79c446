import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import type { SessionType } from "@/api/types";
import { addMinutes, fromWall, isDay, today, toWall } from "@/calendar/zones";
import { Banner } from "@/components/banner";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { SelectField, TextField } from "@/components/field";
import { useErrorText } from "@/components/states";
import { useMe } from "@/hooks/use-account";
import { useTeams } from "@/hooks/use-calendar";
import { staffTeams } from "@/hooks/use-live";
import { useCreateSession } from "@/hooks/use-sessions";
import { useZone } from "@/hooks/use-zone";

const TYPES = ["training", "match"] as const satisfies readonly SessionType[];
const LONGEST_MIN = 600;
const USUAL_MIN = 90;

/** A training or match that nobody filmed: what it needs to be counted in the load. */
export default function UnfilmedDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { data: me } = useMe();
  const mine = staffTeams(me);
  const [teamId, setTeam] = useState(mine[0]?.id ?? "");
  const team = useTeams().data?.items.find(({ id }) => id === teamId);
  const zone = useZone(teamId);
  const [title, setTitle] = useState("");
  const [type, setType] = useState<(typeof TYPES)[number]>("training");
  const [justNow] = useState(() => toWall(new Date(Date.now() - USUAL_MIN * 60_000).toISOString(), zone).split("T") as [string, string]);
  const [day, setDay] = useState(justNow[0]);
  const [start, setStart] = useState(justNow[1]);
  const [typed, setTyped] = useState<string | null>(null);
  const minutes = typed ?? String(team?.default_training_duration_min ?? USUAL_MIN);
  const create = useCreateSession();
  const navigate = useNavigate();
  const errorText = useErrorText();
  const length = Number(minutes);
  const isWhen = isDay(day) && /^\d\d:\d\d$/.test(start);
  const isFuture = isWhen && Date.parse(fromWall(`${day}T${start}`, zone)) > Date.now();
  const isLong = Number.isInteger(length) && length >= 1 && length <= LONGEST_MIN;
  const isComplete = isWhen && !isFuture && isLong;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isComplete) return;
    const wall = `${day}T${start}`;
    create.mutate(
      { team_id: teamId, title: title.trim(), session_type: type, start: fromWall(wall, zone), end: fromWall(addMinutes(wall, length), zone) },
      { onSuccess: ({ id }) => void navigate(`/sessions/${id}`) },
    );
  };
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={t("sessions.unfilmed.title")} description={t("sessions.unfilmed.lead")}>
      <form noValidate onSubmit={submit} className="grid grid-cols-2 gap-4">
        <TextField className="col-span-2" label={t("newScan.title")} maxLength={120} placeholder={t("newScan.titleExample")} value={title} onChange={({ target }) => setTitle(target.value)} />
        {mine.length > 1 && (
          <SelectField
            className="col-span-2"
            label={t("sessions.unfilmed.team")}
            value={teamId}
            onChange={({ target }) => setTeam(target.value)}
            options={mine.map(({ id, name }) => ({ value: id, label: name }))}
          />
        )}
        <SelectField
          label={t("sessions.type")}
          value={type}
          onChange={({ target }) => setType(target.value as (typeof TYPES)[number])}
          options={TYPES.map((value) => ({ value, label: t(`sessionType.${value}`) }))}
        />
        <TextField label={t("sessions.unfilmed.day")} type="date" max={today(zone)} value={day} onChange={({ target }) => setDay(target.value)} />
        <TextField label={t("sessions.unfilmed.start")} type="time" value={start} error={isFuture ? t("sessions.unfilmed.future") : undefined} onChange={({ target }) => setStart(target.value)} />
        <TextField label={t("sessions.unfilmed.minutes")} inputMode="numeric" value={minutes} error={isLong ? undefined : t("sessions.unfilmed.minutesWrong")} onChange={({ target }) => setTyped(target.value)} />
        {create.isError && <Banner tone="bad" className="col-span-2">{errorText(create.error)}</Banner>}
        <div className="col-span-2">
          <Button type="submit" look="primary" busy={create.isPending} disabled={!isComplete}>
            {t("sessions.unfilmed.add")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
