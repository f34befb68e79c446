import { LoaderCircle, WifiOff } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import type { Feedback, FeedbackInput } from "@/api/types";
import { Banner } from "@/components/banner";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { useErrorText } from "@/components/states";
import { useGenerate } from "@/hooks/use-feedback";

/** The text as it grows. */
export function Writing({ feedback, lost }: { feedback: Feedback; lost: boolean }) {
  const { t } = useTranslation();
  const state = feedback.status === "queued" ? "queued" : "running";
  return (
    <Card className="p-5 md:p-6">
      <p role="status" className="flex items-start gap-2.5 font-medium text-accent-ink">
        <LoaderCircle className="mt-0.5 size-5 shrink-0 animate-spin" aria-hidden="true" />
        {t(`feedback.writing.${state}`)}
      </p>
      {lost && (
        <p role="status" className="mt-3 flex items-start gap-2 rounded-field bg-warn-soft px-4 py-2 text-sm font-semibold text-warn">
          <WifiOff className="mt-0.5 size-4 shrink-0" aria-hidden="true" />
          {t("feedback.writing.lost")}
        </p>
      )}
      {feedback.text && (
        <div aria-label={t("feedback.writing.text")} role="region" className="mt-4 text-[1.05rem] leading-relaxed whitespace-pre-line">
          {feedback.text}
          <span className="ml-0.5 inline-block h-5 w-2 animate-pulse rounded-sm bg-accent align-text-bottom" aria-hidden="true" />
        </div>
      )}
    </Card>
  );
}

/** A text that could not be written, and the way to ask again for the same. */
export function Failed({ feedback, canAsk }: { feedback: Feedback; canAsk: boolean }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const generate = useGenerate();
  const errorText = useErrorText();
  const again = () =>
    generate.mutate(
      {
        session_id: feedback.session_id,
        feedback_type: feedback.feedback_type,
        language: feedback.language,
        ...(feedback.player && { player_id: feedback.player.id }),
        ...(feedback.focus_areas.length > 0 && { focus_areas: feedback.focus_areas as FeedbackInput["focus_areas"] }),
        ...(feedback.question && { question: feedback.question }),
      },
      { onSuccess: ({ feedback_id }) => void navigate(`/feedback/${feedback_id}`, { replace: true }) },
    );
  return (
    <Banner
      tone="bad"
      title={t("feedback.status.failed")}
      action={canAsk && <Button busy={generate.isPending} onClick={again}>{t("feedback.writing.again")}</Button>}
    >
      {generate.isError ? errorText(generate.error) : feedback.error?.message}
    </Banner>
  );
}
