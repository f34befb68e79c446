import { Check, X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/errors";
import type { Proposal } from "@/api/types";
import { formatSpan } from "@/calendar/format";
import { Tag } from "@/components/badge";
import { Banner } from "@/components/banner";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { TextArea } from "@/components/field";
import { useErrorText } from "@/components/states";
import { useNotify } from "@/components/toast";
import { useAnswerProposal } from "@/hooks/use-calendar";
import { usePreferences } from "@/hooks/use-preferences";
import { formatDate } from "@/units/format";
import { VerdictPanel } from "./verdict";

/** One proposed session: when, what, why, and what the rules say; accepted or put away on its own. */
export function ProposalCard({ proposal }: { proposal: Proposal }) {
  const { t } = useTranslation();
  const { language, timeZone } = usePreferences();
  const answer = useAnswerProposal();
  const notify = useNotify();
  const errorText = useErrorText();
  const [reason, setReason] = useState("");
  const { event, evidence, verdict } = proposal;
  const refused = answer.error instanceof ApiError && answer.error.code === "SAFETY_RULE" ? answer.error : null;
  const send = (accept: boolean) =>
    answer.mutate({ id: proposal.id, accept, reason: reason.trim() }, {
      onSuccess: () => notify("good", t(accept ? "proposals.accepted" : "proposals.dismissed", { title: event.title })),
    });
  return (
    <Card className="flex flex-col p-5">
      <div className="flex flex-wrap items-start justify-between gap-2">
        <div className="min-w-0">
          <h3 className="text-lg font-semibold">{event.title}</h3>
          <p className="text-muted">{formatSpan(event.start, event.end, language, event.time_zone)}</p>
          <p className="text-sm text-muted">{proposal.player.display_name}</p>
        </div>
        {event.intensity && <Tag>{t(`calendar.intensityOf.${event.intensity}`)}</Tag>}
      </div>
      <p className="mt-3">{proposal.rationale}</p>
      {event.drills.length > 0 && (
        <ol className="mt-3 space-y-1 text-[0.95rem]">
          {event.drills.map(({ title, minutes }, index) => (
            <li key={index} className="flex justify-between gap-4 border-b border-line pb-1 last:border-0">
              <span>{title}</span>
              <span className="figure shrink-0 text-muted">{t("calendar.minutes", { minutes })}</span>
            </li>
          ))}
        </ol>
      )}
      {evidence.length > 0 && (
        <details className="mt-3 text-sm">
          <summary className="cursor-pointer py-1 font-semibold text-muted">{t("proposals.evidence")}</summary>
          <ul className="mt-2 list-disc space-y-1 pl-5">
            {evidence.map(({ text }, index) => (
              <li key={index}>{text}</li>
            ))}
          </ul>
        </details>
      )}
      <div className="mt-4">
        <VerdictPanel verdict={verdict} />
      </div>
      {answer.isError && <Banner tone="bad" className="mt-4">{errorText(answer.error)}</Banner>}
      {refused?.extra.overridable === true && (
        <TextArea className="mt-4" label={t("calendar.reason.label")} hint={t("calendar.reason.hint")} value={reason} onChange={({ target }) => setReason(target.value)} />
      )}
      <div className="mt-auto flex flex-wrap items-center gap-2 pt-4">
        <Button look="primary" size="sm" busy={answer.isPending && answer.variables.accept} onClick={() => send(true)}>
          <Check className="size-4" aria-hidden="true" />
          {t("proposals.accept")}
        </Button>
        <Button size="sm" busy={answer.isPending && !answer.variables.accept} onClick={() => send(false)}>
          <X className="size-4" aria-hidden="true" />
          {t("proposals.dismiss")}
        </Button>
        <span className="ml-auto text-sm text-muted">{t("proposals.until", { when: formatDate(proposal.expires_at, language, timeZone) })}</span>
      </div>
    </Card>
  );
}
