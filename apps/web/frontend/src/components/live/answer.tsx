import { ExternalLink, LoaderCircle } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Banner } from "@/components/banner";
import { SafetyNotes } from "@/components/feedback/origin";
import { ErrorState, Skeleton } from "@/components/states";
import { bodyOf } from "@/feedback/claims";
import { isOpen, useFeedback } from "@/hooks/use-feedback";

/** One answer. What it rests on opens in a tab of its own: leaving this page would end the filming. */
export default function Answer({ id }: { id: string }) {
  const { t } = useTranslation();
  const feedback = useFeedback(id);
  if (feedback.isPending) return <Skeleton className="h-12" />;
  if (feedback.isError && !feedback.data) return <ErrorState error={feedback.error} retry={() => void feedback.refetch()} />;
  const { data } = feedback;
  const body = bodyOf(data);
  return (
    <div className="space-y-2">
      <p className="font-semibold">
        {data.player && `${data.player.display_name}: `}“{data.question}”
      </p>
      {isOpen(data.status) && (
        <p role="status" className="flex items-start gap-2 text-accent-ink">
          <LoaderCircle className="mt-0.5 size-4 shrink-0 animate-spin" aria-hidden="true" />
          {t(feedback.connectionLost ? "feedback.writing.lost" : `feedback.status.${data.status as "queued" | "running"}`)}
        </p>
      )}
      {data.status === "failed" && <Banner tone="bad">{data.error?.message}</Banner>}
      {body && (
        <>
          {body.answer && !body.answer.answered && <p className="text-sm font-semibold text-warn">{t("feedback.unanswered")}</p>}
          <p className="whitespace-pre-line">{body.answer?.text ?? body.summary}</p>
          <SafetyNotes safety={body.safety} />
          <a href={`/feedback/${id}`} target="_blank" rel="noreferrer" className="inline-flex min-h-9 items-center gap-1.5 text-sm font-semibold text-teal hover:underline">
            {t("live.ask.whole")}
            <ExternalLink className="size-4" aria-hidden="true" />
          </a>
        </>
      )}
    </div>
  );
}
