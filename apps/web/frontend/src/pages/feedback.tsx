import { Film } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useNavigate, useSearchParams } from "react-router";
import { ButtonLink } from "@/components/button";
import { Card, PageHeader } from "@/components/card";
import { History } from "@/components/feedback/history";
import { RequestForm } from "@/components/feedback/request-form";
import { EmptyState, ErrorState, Loading } from "@/components/states";
import { useCanEdit } from "@/hooks/use-account";
import { useGenerate, useMeasuredSessions } from "@/hooks/use-feedback";
import { usePlayers } from "@/hooks/use-players";
import { useTitle } from "@/hooks/use-title";

function Ask({ session, player }: { session: string | null; player: string | null }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const sessions = useMeasuredSessions();
  const players = usePlayers();
  const generate = useGenerate();
  if (sessions.isPending || players.isPending) return <Loading />;
  const broken = sessions.error ?? players.error;
  if (broken) return <ErrorState error={broken} retry={() => void Promise.all([sessions.refetch(), players.refetch()])} />;
  const measured = sessions.data ?? [];
  if (measured.length === 0) {
    return (
      <EmptyState icon={Film} title={t("feedback.ask.title")} action={<ButtonLink to="/scan/new" look="primary">{t("feedback.ask.bringFilm")}</ButtonLink>}>
        {t("feedback.ask.noSession")}
      </EmptyState>
    );
  }
  return (
    <RequestForm
      sessions={measured}
      players={players.data?.items ?? []}
      session={measured.some(({ id }) => id === session) ? session : null}
      player={player}
      busy={generate.isPending}
      error={generate.error}
      onAsk={(input) => generate.mutate(input, { onSuccess: ({ feedback_id }) => void navigate(`/feedback/${feedback_id}`) })}
    />
  );
}

export default function FeedbackPage() {
  const { t } = useTranslation();
  const [search] = useSearchParams();
  const canEdit = useCanEdit();
  const session = search.get("session");
  const player = search.get("player");
  useTitle(t("feedback.title"));
  return (
    <>
      <PageHeader title={t("feedback.title")} lead={t(canEdit ? "feedback.lead" : "feedback.readOnlyLead")} />
      <div className={canEdit ? "grid items-start gap-6 xl:grid-cols-[minmax(0,1.3fr)_minmax(20rem,1fr)]" : ""}>
        {canEdit && <Ask session={session} player={player} />}
        <Card className="p-5 md:p-6">
          <h2 className="mb-3 text-xl font-semibold">{t("feedback.history.title")}</h2>
          <History filters={{ ...(player && { player_id: player }), ...(session && { session_id: session }) }} canAsk={canEdit} />
        </Card>
      </div>
    </>
  );
}
