import { MessageSquareText } from "lucide-react";
import { lazy, Suspense, useMemo, useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { Banner } from "@/components/banner";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { SelectField, TextField } from "@/components/field";
import { Skeleton, useErrorText } from "@/components/states";
import { useAskLive } from "@/hooks/use-live";
import { withTexts } from "@/i18n";
import type { LiveMetrics } from "@/live/messages";
import { Roster } from "@/live/roster";

const Answer = lazy(() => withTexts("feedback", import("./answer")));
const LONGEST_QUESTION = 1000;

/** Questions about what is measured right now, and what was answered, the newest first. */
export function AskAssistant({ sessionId, metrics }: { sessionId: string; metrics: LiveMetrics | null }) {
  const { t } = useTranslation();
  const ask = useAskLive(sessionId);
  const errorText = useErrorText();
  const [about, setAbout] = useState("");
  const [question, setQuestion] = useState("");
  const [asked, setAsked] = useState<readonly string[]>([]);
  // Who has left the picture for a moment stays: a question may be half written.
  const [roster] = useState(() => new Roster());
  const rows = useMemo(() => (metrics ? roster.update(metrics, Date.now()) : []), [roster, metrics]);
  const named = rows.flatMap(({ playerId, trackId, name }) => (playerId && name ? [{ playerId, trackId, name }] : []));
  const track = named.find(({ playerId }) => playerId === about)?.trackId;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    ask.mutate(
      { question: question.trim(), track_id: track ?? null },
      {
        onSuccess: ({ feedback_id }) => {
          setAsked((before) => [feedback_id, ...before]);
          setQuestion("");
        },
      },
    );
  };
  return (
    <Card className="p-5">
      <h2 className="text-lg font-semibold">{t("live.ask.title")}</h2>
      <p className="mb-4 text-sm text-muted">{t(named.length > 0 ? "live.ask.lead" : "live.ask.nobody")}</p>
      {named.length > 0 && (
        <form noValidate onSubmit={submit} className="flex flex-wrap items-end gap-3">
          <SelectField
            className="basis-44"
            label={t("live.ask.about")}
            value={track === undefined ? "" : about}
            onChange={({ target }) => setAbout(target.value)}
            options={[{ value: "", label: t("live.ask.everybody") }, ...named.map(({ playerId, name }) => ({ value: playerId, label: name }))]}
          />
          <TextField
            className="flex-1 basis-64"
            label={t("live.ask.question")}
            placeholder={t("live.ask.hint")}
            autoComplete="off"
            maxLength={LONGEST_QUESTION}
            value={question}
            onChange={({ target }) => setQuestion(target.value)}
          />
          <Button type="submit" busy={ask.isPending} disabled={question.trim() === ""}>
            <MessageSquareText className="size-4" aria-hidden="true" />
            {t("live.ask.send")}
          </Button>
        </form>
      )}
      {ask.isError && <Banner tone="bad" className="mt-3">{errorText(ask.error)}</Banner>}
      {asked.length > 0 && (
        <ul aria-label={t("live.ask.answers")} className="mt-5 divide-y divide-line border-t border-line">
          {asked.map((id) => (
            <li key={id} className="py-4 last:pb-0">
              <Suspense fallback={<Skeleton className="h-12" />}>
                <Answer id={id} />
              </Suspense>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
