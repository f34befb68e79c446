import { MessageSquareText } from "lucide-react";
import { useState, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import type { WordsChange, WordsOption, WordsProposal } from "@/api/calendar";
import type { CalendarEvent, EventScope } from "@/api/types";
import { Banner } from "@/components/banner";
import { Button } from "@/components/button";
import { TextArea, TextField } from "@/components/field";
import { useErrorText } from "@/components/states";
import { useChangeEvent, useModifyEvent } from "@/hooks/use-calendar";
import { usePreferences } from "@/hooks/use-preferences";
import { formatDate, formatDay } from "@/units/format";
import { VerdictPanel } from "./verdict";

const LONGEST = 500;

interface BoxProps {
  event: CalendarEvent;
  scope: EventScope;
  zone: string;
  mayOverride: boolean;
  onDone: () => void;
}

/** A value of a field as people read it. */
function useShown(zone: string) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  return ({ field }: WordsChange, value: unknown): string => {
    if (value === null || value === undefined || value === "") return t("calendar.words.nothing");
    if (field === "start" || field === "end") return formatDate(String(value), language, zone);
    if (field === "start_date" || field === "end_date") return formatDay(String(value), language);
    if (field === "status") return t(`calendar.status.${value as "planned"}`);
    if (field === "intensity") return t(`calendar.intensity.${value as "low"}`);
    if (typeof value === "boolean") return t(value ? "calendar.answer.yes" : "calendar.answer.no");
    if (field === "drills") return (value as { title: string }[]).map(({ title }) => title).join(", ") || t("calendar.words.nothing");
    return String(value);
  };
}

function Changes({ changes, zone }: { changes: WordsChange[]; zone: string }) {
  const { t } = useTranslation();
  const shown = useShown(zone);
  return (
    <dl className="divide-y divide-line rounded-field border border-line">
      {changes.map((change) => (
        <div key={change.field} className="px-3.5 py-2">
          <dt className="text-sm font-semibold">{t(`calendar.words.field.${change.field}`)}</dt>
          <dd className="text-[0.95rem]">
            <del className="text-muted">{shown(change, change.before)}</del> <span aria-hidden="true">→</span>{" "}
            <ins className="font-semibold no-underline">{shown(change, change.after)}</ins>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Questions({ proposal, busy, onOption }: { proposal: WordsProposal; busy: boolean; onOption: (option: WordsOption) => void }) {
  return (
    <div role="status" className="space-y-3">
      {proposal.questions.map(({ text, options }) => (
        <div key={text}>
          <p className="font-semibold">{text}</p>
          <div className="mt-2 flex flex-wrap gap-2">
            {options.map((option) => (
              <Button key={option.text} size="sm" busy={busy} onClick={() => onOption(option)}>
                {option.text}
              </Button>
            ))}
          </div>
        </div>
      ))}
    </div>
  );
}

/** A change said in words: shown before and after with the verdict, made only when it is confirmed. */
export function WordsBox({ event, scope, zone, mayOverride, onDone }: BoxProps) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const errorText = useErrorText();
  const modify = useModifyEvent();
  const change = useChangeEvent();
  const [words, setWords] = useState("");
  const [reason, setReason] = useState("");
  const proposal = modify.data;
  const send = proposal?.send;
  const verdict = proposal?.verdict;
  const needsReason = Boolean(verdict?.needs_reason);
  const stands = needsReason && !(verdict?.overridable && mayOverride);

  const ask = (instruction: string, option?: WordsOption) => {
    if (!instruction.trim()) return;
    change.reset();
    modify.mutate({
      event_id: event.id,
      instruction: instruction.trim(),
      language: language.startsWith("es") ? "es" : "en",
      scope: option?.scope ?? (event.is_series ? scope : undefined),
      occurrence: option?.occurrence ?? event.occurrence,
    });
  };
  const confirm = () => {
    if (!send) return;
    const { version, scope: part = "all", occurrence = null, ...fields } = send;
    const body = { ...fields, ...(needsReason && { override_reason: reason.trim() }) };
    change.mutate({ target: { id: event.id, version, scope: part, occurrence }, change: body }, { onSuccess: onDone });
  };
  const onKey = (key: KeyboardEvent) => {
    if (key.key !== "Enter") return;
    key.preventDefault();
    ask(words);
  };
  return (
    <details className="mb-5 rounded-field border border-line px-4 py-3">
      <summary className="flex min-h-9 cursor-pointer items-center gap-2 font-semibold">
        <MessageSquareText className="size-4 text-muted" aria-hidden="true" />
        {t("calendar.words.title")}
      </summary>
      <div className="mt-3 space-y-4">
        <div className="flex flex-wrap items-end gap-3">
          <TextField
            className="flex-1 basis-64"
            label={t("calendar.words.label")}
            hint={t("calendar.words.hint")}
            maxLength={LONGEST}
            value={words}
            onChange={({ target }) => setWords(target.value)}
            onKeyDown={onKey}
          />
          <Button className="mb-7" busy={modify.isPending} disabled={!words.trim()} onClick={() => ask(words)}>
            {t("calendar.words.ask")}
          </Button>
        </div>
        {modify.error && <Banner tone="bad">{errorText(modify.error)}</Banner>}
        {change.error && <Banner tone="bad">{errorText(change.error)}</Banner>}
        {proposal && proposal.changes.length > 0 && <Changes changes={proposal.changes} zone={zone} />}
        {proposal && proposal.questions.length > 0 && (
          <Questions proposal={proposal} busy={modify.isPending} onOption={(option) => ask(option.instruction, option)} />
        )}
        {verdict && <VerdictPanel verdict={verdict} />}
        {needsReason && !stands && (
          <TextArea label={t("calendar.reason.label")} hint={t("calendar.reason.hint")} value={reason} onChange={({ target }) => setReason(target.value)} />
        )}
        {stands && <p className="text-sm font-semibold text-bad">{t(verdict?.overridable ? "calendar.reason.notYou" : "calendar.reason.hard")}</p>}
        {send && (
          <Button look="primary" busy={change.isPending} disabled={stands || (needsReason && !reason.trim())} onClick={confirm}>
            {t(needsReason ? "calendar.saveAnyway" : "calendar.words.confirm")}
          </Button>
        )}
      </div>
    </details>
  );
}
