import clsx from "clsx";
import { MessageSquareText } from "lucide-react";
import { useId, useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import type { FeedbackInput, FeedbackTemplate, FeedbackType, Player, SessionListItem } from "@/api/types";
import { Banner } from "@/components/banner";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { SelectField, TextArea } from "@/components/field";
import { useErrorText } from "@/components/states";
import { useTemplates } from "@/hooks/use-feedback";
import { usePreferences } from "@/hooks/use-preferences";
import { isLanguage, LANGUAGES } from "@/i18n";
import { formatDate } from "@/units/format";

const TYPES = ["comprehensive", "quick", "specific"] as const satisfies readonly FeedbackType[];
/** What can be asked about, by the names of the drills' library. */
const FOCUS = [
  "ball_mastery", "first_touch", "passing", "dribbling", "finishing", "defending", "goalkeeping", "small_sided", "speed",
  "agility", "coordination", "strength", "endurance", "recovery",
] as const;
type Focus = (typeof FOCUS)[number];
const LONGEST_QUESTION = 1000;
/** The API takes no more at once. */
const MOST_FOCUS = 5;

interface RequestFormProps {
  sessions: readonly SessionListItem[];
  players: readonly Player[];
  session?: string | null;
  player?: string | null;
  busy: boolean;
  error: unknown;
  onAsk: (input: FeedbackInput) => void;
}

function TypeChoice({ chosen, onChoose }: { chosen: FeedbackType; onChoose: (type: FeedbackType) => void }) {
  const { t } = useTranslation();
  const group = useId();
  return (
    <fieldset>
      <legend className="mb-1.5 text-sm font-semibold">{t("feedback.ask.type")}</legend>
      <div className="grid gap-2 sm:grid-cols-3">
        {TYPES.map((type) => (
          <label
            key={type}
            className={clsx(
              "flex cursor-pointer gap-2.5 rounded-field border px-3.5 py-2.5 has-focus-visible:outline-2 has-focus-visible:outline-accent",
              type === chosen ? "border-accent bg-accent-soft" : "border-line-strong/60 hover:bg-sunken",
            )}
          >
            <input type="radio" name={group} className="mt-1 shrink-0 self-start accent-accent" checked={type === chosen} onChange={() => onChoose(type)} />
            <span>
              <span className={clsx("block font-semibold", type === chosen && "text-accent-ink")}>{t(`feedback.type.${type}`)}</span>
              <span className="block text-sm leading-snug text-muted">{t(`feedback.typeHint.${type}`)}</span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function FocusChoice({ chosen, onToggle }: { chosen: readonly Focus[]; onToggle: (focus: Focus) => void }) {
  const { t } = useTranslation();
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1.5 text-sm font-semibold">{t("feedback.ask.focus")}</legend>
      <div className="flex flex-wrap gap-2">
        {FOCUS.map((focus) => (
          <button
            key={focus}
            type="button"
            aria-pressed={chosen.includes(focus)}
            disabled={chosen.length >= MOST_FOCUS && !chosen.includes(focus)}
            onClick={() => onToggle(focus)}
            className={clsx(
              "min-h-9 rounded-full border px-3 text-sm font-semibold disabled:opacity-55",
              chosen.includes(focus) ? "border-accent bg-accent text-on-accent" : "border-line-strong/60 hover:bg-sunken",
            )}
          >
            {t(`focus.${focus}`)}
          </button>
        ))}
      </div>
    </fieldset>
  );
}

/** What coaches usually ask, one click away. */
function Ideas({ templates, onUse }: { templates: readonly FeedbackTemplate[]; onUse: (template: FeedbackTemplate) => void }) {
  const { t } = useTranslation();
  if (templates.length === 0) return null;
  return (
    <div>
      <h3 className="mb-1.5 text-sm font-semibold">{t("feedback.ask.ideas")}</h3>
      <ul className="flex flex-wrap gap-2">
        {templates.map((template) => (
          <li key={template.key}>
            <Button size="sm" title={template.description} onClick={() => onUse(template)}>
              {template.title}
            </Button>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** What is asked: about which session and whom, how much, and the coach's own question. */
export function RequestForm({ sessions, players, busy, error, onAsk, ...given }: RequestFormProps) {
  const { t } = useTranslation();
  const { language, timeZone } = usePreferences();
  const errorText = useErrorText();
  const [sessionId, setSession] = useState(given.session ?? sessions[0]?.id ?? "");
  const [playerId, setPlayer] = useState(given.player ?? "");
  const [type, setType] = useState<FeedbackType>("comprehensive");
  const [focus, setFocus] = useState<readonly Focus[]>([]);
  const [question, setQuestion] = useState("");
  const [written, setWritten] = useState<string>(language);
  const [asked, setAsked] = useState(false);
  const session = sessions.find(({ id }) => id === sessionId);
  const roster = players.filter(({ team_id }) => team_id === session?.team_id);
  const about = roster.some(({ id }) => id === playerId) ? playerId : "";
  const noQuestion = type === "specific" && question.trim() === "";
  const templates = useTemplates(language).data ?? [];

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setAsked(true);
    if (noQuestion || !session || !isLanguage(written)) return;
    onAsk({
      session_id: session.id,
      feedback_type: type,
      language: written,
      ...(about && { player_id: about }),
      ...(focus.length > 0 && { focus_areas: [...focus] }),
      ...(question.trim() && { question: question.trim() }),
    });
  };
  const title = ({ title: name, start, created_at }: SessionListItem) =>
    `${name || t("sessions.untitled")} · ${formatDate(start ?? created_at, language, timeZone)}`;
  return (
    <Card className="p-5 md:p-6">
      <h2 className="mb-4 text-xl font-semibold">{t("feedback.ask.title")}</h2>
      <form noValidate onSubmit={submit} className="space-y-5">
        <div className="grid gap-4 md:grid-cols-2">
          <SelectField
            label={t("feedback.ask.session")}
            value={sessionId}
            onChange={({ target }) => setSession(target.value)}
            options={sessions.map((one) => ({ value: one.id, label: title(one) }))}
          />
          <SelectField
            label={t("feedback.ask.about")}
            value={about}
            onChange={({ target }) => setPlayer(target.value)}
            options={[{ value: "", label: t("feedback.ask.wholeTeam") }, ...roster.map(({ id, display_name }) => ({ value: id, label: display_name }))]}
          />
        </div>
        <Ideas
          templates={templates.filter(({ for_team }) => for_team === (about === ""))}
          onUse={(template) => {
            setType(template.feedback_type);
            setQuestion(template.question);
            setFocus(FOCUS.filter((one) => (template.focus_areas as string[]).includes(one)));
          }}
        />
        <TypeChoice chosen={type} onChoose={setType} />
        <FocusChoice
          chosen={focus}
          onToggle={(one) => setFocus(focus.includes(one) ? focus.filter((other) => other !== one) : [...focus, one])}
        />
        <TextArea
          label={t("feedback.ask.question")}
          hint={t("feedback.ask.questionHint")}
          error={asked && noQuestion ? t("feedback.ask.questionMissing") : undefined}
          maxLength={LONGEST_QUESTION}
          value={question}
          onChange={({ target }) => setQuestion(target.value)}
        />
        {error != null && <Banner tone="bad" title={t("feedback.ask.refused")}>{errorText(error)}</Banner>}
        <div className="flex flex-wrap items-end justify-between gap-4">
          <SelectField
            className="w-44"
            label={t("feedback.ask.language")}
            value={written}
            onChange={({ target }) => setWritten(target.value)}
            options={Object.entries(LANGUAGES).map(([value, label]) => ({ value, label }))}
          />
          <Button type="submit" look="primary" busy={busy} className="w-full sm:w-auto sm:px-6">
            <MessageSquareText className="size-4" aria-hidden="true" />
            {t("feedback.ask.send")}
          </Button>
        </div>
      </form>
    </Card>
  );
}
