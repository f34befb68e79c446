import { ArrowLeft, Share2 } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import type { Feedback, FeedbackBody } from "@/api/types";
import { Tag } from "@/components/badge";
import { Button } from "@/components/button";
import { DeleteFeedback } from "@/components/feedback/delete-feedback";
import { Drills } from "@/components/feedback/drills";
import { AllEvidence } from "@/components/feedback/all-evidence";
import type { Opens } from "@/components/feedback/evidence";
import { NotAssessed, Origin, SafetyNotes, WrittenBy } from "@/components/feedback/origin";
import { Rating } from "@/components/feedback/rating";
import { FeedbackText } from "@/components/feedback/text";
import { Failed, Writing } from "@/components/feedback/writing";
import { ErrorState, Loading, useErrorText } from "@/components/states";
import { useNotify } from "@/components/toast";
import { bodyOf } from "@/feedback/claims";
import { useCanEdit } from "@/hooks/use-account";
import { isOpen, useFeedback, useShare } from "@/hooks/use-feedback";
import { usePreferences } from "@/hooks/use-preferences";
import { useTitle } from "@/hooks/use-title";
import { formatDate } from "@/units/format";

const ArticleDialog = lazy(() => import("@/components/feedback/article"));

function Share({ feedback }: { feedback: Feedback }) {
  const { t } = useTranslation();
  const { language, timeZone } = usePreferences();
  const share = useShare(feedback.id);
  const notify = useNotify();
  const errorText = useErrorText();
  const shared = feedback.shared_at !== null;
  const send = () =>
    share.mutate(!shared, {
      onSuccess: () => notify("good", t(shared ? "feedback.share.stopped" : "feedback.share.done")),
      onError: (error) => notify("bad", errorText(error)),
    });
  return (
    <div className="flex flex-wrap items-center gap-2">
      {feedback.shared_at && <span className="text-sm text-muted">{t("feedback.share.since", { when: formatDate(feedback.shared_at, language, timeZone) })}</span>}
      <Button size="sm" busy={share.isPending} onClick={send}>
        <Share2 className="size-4" aria-hidden="true" />
        {t(shared ? "feedback.share.stop" : "feedback.share.action")}
      </Button>
    </div>
  );
}

function Header({ feedback, canEdit, heading }: { feedback: Feedback; canEdit: boolean; heading: string }) {
  const { t } = useTranslation();
  const { language, timeZone } = usePreferences();
  const { player, session_id, session_title, feedback_type: type, created_at } = feedback;
  return (
    <header className="mb-5">
      <Link to={player ? `/feedback?player=${player.id}` : "/feedback"} className="mb-2 inline-flex min-h-9 items-center gap-1.5 text-sm font-semibold text-muted hover:text-ink">
        <ArrowLeft className="size-4" aria-hidden="true" />
        {t("feedback.back")}
      </Link>
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="min-w-0">
          <h1 className="text-2xl font-semibold break-words md:text-3xl">{heading}</h1>
          <p className="mt-1 flex flex-wrap items-center gap-x-2 gap-y-1 text-muted">
            <Link to={`/sessions/${session_id}`} className="font-semibold text-teal underline-offset-2 hover:underline">
              {session_title || t("sessions.untitled")}
            </Link>
            · {formatDate(created_at, language, timeZone)}
            <Tag>{t(`feedback.type.${type}`)}</Tag>
          </p>
          {feedback.engine && <WrittenBy engine={feedback.engine} className="mt-1.5 text-sm xl:hidden" />}
        </div>
        <div className="flex flex-wrap items-center gap-2">
          {canEdit && player && feedback.status === "completed" && <Share feedback={feedback} />}
          {canEdit && <DeleteFeedback id={feedback.id} />}
        </div>
      </div>
    </header>
  );
}

function Completed({ body, canEdit }: { body: FeedbackBody; canEdit: boolean }) {
  const [article, setArticle] = useState<string | null>(null);
  const playerId = body.player?.id ?? null;
  const opens: Opens = { sessionId: body.session_id, playerId, onArticle: setArticle };
  return (
    <div className="grid items-start gap-5 xl:grid-cols-[minmax(0,1fr)_22rem]">
      <div className="min-w-0 space-y-5">
        <SafetyNotes safety={body.safety} />
        <FeedbackText body={body} question={body.question} opens={opens} />
        <Drills recommendations={body.recommendations} teamId={body.team_id} playerId={playerId} canPlan={canEdit} />
      </div>
      <aside className="min-w-0 space-y-5 xl:sticky xl:top-6">
        <Origin body={body} />
        <AllEvidence evidence={body.evidence} opens={opens} />
        <NotAssessed missing={body.not_assessed} />
        <Rating key={body.my_rating?.rating} feedback={body} />
      </aside>
      {article && (
        <Suspense>
          <ArticleDialog slug={article} onClose={() => setArticle(null)} />
        </Suspense>
      )}
    </div>
  );
}

export default function FeedbackTextPage() {
  const { id = "" } = useParams();
  const { t } = useTranslation();
  const feedback = useFeedback(id);
  const canEdit = useCanEdit(feedback.data?.team_id);
  const name = feedback.data?.player?.display_name;
  const heading = name ? t("feedback.forPlayer", { name }) : t("feedback.forTeam");
  useTitle(feedback.data ? heading : t("feedback.title"));
  if (feedback.isPending) return <Loading />;
  if (feedback.isError && !feedback.data) return <ErrorState error={feedback.error} retry={() => void feedback.refetch()} />;
  const { data } = feedback;
  const body = bodyOf(data);
  return (
    <>
      <Header feedback={data} canEdit={canEdit} heading={heading} />
      {isOpen(data.status) && <Writing feedback={data} lost={feedback.connectionLost} />}
      {data.status === "failed" && <Failed feedback={data} canAsk={canEdit} />}
      {body && <Completed body={body} canEdit={canEdit} />}
    </>
  );
}
