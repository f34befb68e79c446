import { ArrowLeft, Columns2, MessageSquareText, Pencil, Trash2 } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { SessionDetail } from "@/api/types";
import { Tag } from "@/components/badge";
import { Button, ButtonLink } from "@/components/button";
import { usePreferences } from "@/hooks/use-preferences";
import { formatDate } from "@/units/format";

const ExportMenu = lazy(() => import("./export-menu").then(({ ExportMenu: Menu }) => ({ default: Menu })));
const SessionDialog = lazy(() => import("./session-dialog"));

/** What a session is, and what can be done with it as a whole. */
export function SessionHeader({ session, canEdit }: { session: SessionDetail; canEdit: boolean }) {
  const { t } = useTranslation();
  const { language, timeZone } = usePreferences();
  const [open, setOpen] = useState<"edit" | "delete" | null>(null);
  const facts = [t(`sessionType.${session.session_type}`), formatDate(session.start ?? session.created_at, language, timeZone), session.player?.display_name];
  return (
    <header className="mb-5">
      <Link to="/sessions" className="mb-2 inline-flex min-h-9 items-center gap-1.5 text-sm font-semibold text-muted hover:text-ink">
        <ArrowLeft className="size-4" aria-hidden="true" />
        {t("session.back")}
      </Link>
      <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
        <div className="min-w-64 flex-1">
          <h1 className="text-2xl font-semibold break-words md:text-3xl">{session.title || t("sessions.untitled")}</h1>
          <p className="mt-1 flex flex-wrap items-center gap-2 text-muted">
            {facts.filter(Boolean).join(" · ")}
            {session.synthetic && <Tag>{t("sessions.synthetic")}</Tag>}
          </p>
        </div>
        <div className="-ml-2 flex shrink-0 md:ml-0">
          {(session.job ? session.job.status === "completed" : session.kpis) && (
            <>
              <ButtonLink look="quiet" to={`/feedback?session=${session.id}`} aria-label={t("nav.feedback")}>
                <MessageSquareText className="size-4.5" aria-hidden="true" />
                <span className="hidden md:inline">{t("nav.feedback")}</span>
              </ButtonLink>
              <ButtonLink look="quiet" to={`/sessions/compare?ids=${session.id}`} aria-label={t("action.compare")}>
                <Columns2 className="size-4.5" aria-hidden="true" />
                <span className="hidden md:inline">{t("action.compare")}</span>
              </ButtonLink>
              <Suspense>
                <ExportMenu sessionId={session.id} hasFilm={session.job !== null} coach={canEdit} />
              </Suspense>
            </>
          )}
          {canEdit && (
            <>
              <Button look="quiet" size="icon" aria-label={t("session.edit")} onClick={() => setOpen("edit")}>
                <Pencil className="size-4.5" aria-hidden="true" />
              </Button>
              <Button look="quiet" size="icon" aria-label={t("session.delete.action")} onClick={() => setOpen("delete")}>
                <Trash2 className="size-4.5" aria-hidden="true" />
              </Button>
            </>
          )}
        </div>
      </div>
      <Suspense>{open && <SessionDialog kind={open} session={session} onClose={() => setOpen(null)} />}</Suspense>
    </header>
  );
}
