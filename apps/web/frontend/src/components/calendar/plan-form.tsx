import clsx from "clsx";
import { Sparkles } from "lucide-react";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import type { FocusArea, Player, RecommendInput } from "@/api/types";
import { WEEKDAYS, type Weekday } from "@/calendar/repeat";
import { addDays, daysBetween } from "@/calendar/zones";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { SelectField, TextField } from "@/components/field";
import { usePreferences } from "@/hooks/use-preferences";

/** What a session can be about; a warm-up is part of each. */
const FOCUS = [
  "ball_mastery", "first_touch", "passing", "dribbling", "finishing", "defending", "goalkeeping", "small_sided", "speed",
  "agility", "coordination", "strength", "endurance", "recovery",
] as const satisfies readonly FocusArea[];
type Focus = (typeof FOCUS)[number];
/** The planner looks so far. */
const MOST_DAYS = 42;
const USUAL_DAYS = 13;

interface PlanFormProps {
  players: readonly Player[];
  firstDay: string;
  busy: boolean;
  onAsk: (input: RecommendInput) => void;
}

function Chips<Value extends string>({ legend, values, chosen, nameOf, onToggle }: {
  legend: string;
  values: readonly Value[];
  chosen: readonly Value[];
  nameOf: (value: Value) => string;
  onToggle: (value: Value) => void;
}) {
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1.5 text-sm font-semibold">{legend}</legend>
      <div className="flex flex-wrap gap-2">
        {values.map((value) => (
          <button
            key={value}
            type="button"
            aria-pressed={chosen.includes(value)}
            onClick={() => onToggle(value)}
            className={clsx(
              "min-h-9 rounded-full border px-3 text-sm font-semibold",
              chosen.includes(value) ? "border-accent bg-accent text-on-accent" : "border-line-strong/60 hover:bg-sunken",
            )}
          >
            {nameOf(value)}
          </button>
        ))}
      </div>
    </fieldset>
  );
}

const toggled = <Value,>(list: readonly Value[], value: Value) =>
  list.includes(value) ? list.filter((other) => other !== value) : [...list, value];

/** What the planner is asked: for whom, when, and what to work on. */
export function PlanForm({ players, firstDay, busy, onAsk }: PlanFormProps) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const [player, setPlayer] = useState(players[0]?.id ?? "");
  const [start, setStart] = useState(firstDay);
  const [end, setEnd] = useState(addDays(firstDay, USUAL_DAYS));
  const [perWeek, setPerWeek] = useState("2");
  const [focus, setFocus] = useState<readonly Focus[]>([]);
  const [days, setDays] = useState<readonly Weekday[]>([]);
  const [notBefore, setNotBefore] = useState("");
  const [notAfter, setNotAfter] = useState("");
  const span = start && end ? daysBetween(start, end) : -1;
  const endError = span < 0 ? t("proposals.wrong.order") : span > MOST_DAYS ? t("proposals.wrong.span", { days: MOST_DAYS }) : undefined;
  const clockError = notBefore && notAfter && notAfter <= notBefore ? t("proposals.wrong.clock") : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (endError || clockError) return;
    const limits = { ...(days.length && { weekdays: [...days] }), ...(notBefore && { not_before: notBefore }), ...(notAfter && { not_after: notAfter }) };
    onAsk({
      player_id: player, start_date: start, end_date: end, sessions_per_week: Number(perWeek),
      ...(focus.length && { focus_areas: [...focus] }),
      ...(Object.keys(limits).length && { constraints: limits }),
    });
  };
  const weekday = (day: Weekday) =>
    new Intl.DateTimeFormat(language, { weekday: "short", timeZone: "UTC" }).format(Date.UTC(2024, 0, 1 + WEEKDAYS.indexOf(day)));
  return (
    <Card className="p-5 sm:p-6">
      <form noValidate onSubmit={submit} className="space-y-5">
        <div className="grid grid-cols-2 gap-4 lg:grid-cols-4">
          <SelectField
            label={t("proposals.player")}
            value={player}
            onChange={({ target }) => setPlayer(target.value)}
            options={players.map(({ id, display_name }) => ({ value: id, label: display_name }))}
          />
          <SelectField
            label={t("proposals.perWeek")}
            value={perWeek}
            onChange={({ target }) => setPerWeek(target.value)}
            options={["1", "2", "3", "4", "5"].map((value) => ({ value, label: value }))}
          />
          <TextField label={t("proposals.from")} type="date" value={start} onChange={({ target }) => setStart(target.value)} />
          <TextField label={t("proposals.to")} type="date" value={end} error={endError} onChange={({ target }) => setEnd(target.value)} />
        </div>
        <Chips legend={t("proposals.focus")} values={FOCUS} chosen={focus} nameOf={(area) => t(`focus.${area}`)} onToggle={(area) => setFocus((now) => toggled(now, area))} />
        <div className="grid gap-4 lg:grid-cols-[1fr_10rem_10rem]">
          <Chips legend={t("proposals.days")} values={WEEKDAYS} chosen={days} nameOf={weekday} onToggle={(day) => setDays((now) => toggled(now, day))} />
          <TextField label={t("proposals.notBefore")} type="time" value={notBefore} onChange={({ target }) => setNotBefore(target.value)} />
          <TextField label={t("proposals.notAfter")} type="time" value={notAfter} error={clockError} onChange={({ target }) => setNotAfter(target.value)} />
        </div>
        <Button type="submit" look="primary" busy={busy} disabled={!player}>
          <Sparkles className="size-4" aria-hidden="true" />
          {t("proposals.ask")}
        </Button>
      </form>
    </Card>
  );
}
