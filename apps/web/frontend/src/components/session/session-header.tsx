import { ArrowLeft, Pencil, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import type { SessionDetail } from "@/api/types";
import { Tag } from "@/components/badge";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { TextField } from "@/components/field";
import { useErrorText } from "@/components/states";
import { useNotify } from "@/components/toast";
import { usePreferences } from "@/hooks/use-preferences";
import { useDeleteSession, useRenameSession } from "@/hooks/use-sessions";
import { formatDate } from "@/units/format";

function RenameDialog({ session, open, onOpenChange }: { session: SessionDetail; open: boolean; onOpenChange: (open: boolean) => void }) {
  const { t } = useTranslation();
  const [title, setTitle] = useState(session.title);
  const rename = useRenameSession(session.id);
  const notify = useNotify();
  const errorText = useErrorText();
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t("session.rename")}>
      <form
        className="space-y-5"
        onSubmit={(event) => {
          event.preventDefault();
          rename.mutate(title.trim(), {
            onSuccess: () => onOpenChange(false),
            onError: (error) => notify("bad", errorText(error)),
          });
        }}
      >
        <TextField label={t("newScan.title")} value={title} maxLength={120} onChange={(event) => setTitle(event.target.value)} />
        <Button type="submit" look="primary" busy={rename.isPending}>
          {t("action.save")}
        </Button>
      </form>
    </Dialog>
  );
}

function DeleteDialog({ session, open, onOpenChange }: { session: SessionDetail; open: boolean; onOpenChange: (open: boolean) => void }) {
  const { t } = useTranslation();
  const remove = useDeleteSession(session.id);
  const navigate = useNavigate();
  const notify = useNotify();
  const errorText = useErrorText();
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t("session.delete.title")} description={t("session.delete.text")}>
      <div className="flex gap-3">
        <Button
          look="danger"
          busy={remove.isPending}
          onClick={() =>
            remove.mutate(undefined, {
              onSuccess: () => {
                notify("good", t("session.delete.done"));
                void navigate("/");
              },
              onError: (error) => notify("bad", errorText(error)),
            })
          }
        >
          {t("action.delete")}
        </Button>
        <Button onClick={() => onOpenChange(false)}>{t("action.cancel")}</Button>
      </div>
    </Dialog>
  );
}

/** What a session is, and what can be done with it as a whole. */
export function SessionHeader({ session, canEdit }: { session: SessionDetail; canEdit: boolean }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const [open, setOpen] = useState<"rename" | "delete" | null>(null);
  const facts = [t(`sessionType.${session.session_type}`), formatDate(session.start ?? session.created_at, language), session.player?.display_name];
  const close = (isOpen: boolean) => setOpen(isOpen ? open : null);
  return (
    <header className="mb-5">
      <Link to="/" className="mb-2 inline-flex min-h-9 items-center gap-1.5 text-sm font-semibold text-muted hover:text-ink">
        <ArrowLeft className="size-4" aria-hidden="true" />
        {t("session.back")}
      </Link>
      <div className="flex items-start justify-between gap-4">
        <div className="min-w-0">
          <h1 className="text-2xl font-semibold break-words md:text-3xl">{session.title || t("sessions.untitled")}</h1>
          <p className="mt-1 flex flex-wrap items-center gap-2 text-muted">
            {facts.filter(Boolean).join(" · ")}
            {session.synthetic && <Tag>{t("sessions.synthetic")}</Tag>}
          </p>
        </div>
        {canEdit && (
          <div className="flex shrink-0">
            <Button look="quiet" size="icon" aria-label={t("session.rename")} onClick={() => setOpen("rename")}>
              <Pencil className="size-4.5" aria-hidden="true" />
            </Button>
            <Button look="quiet" size="icon" aria-label={t("session.delete.action")} onClick={() => setOpen("delete")}>
              <Trash2 className="size-4.5" aria-hidden="true" />
            </Button>
          </div>
        )}
      </div>
      {open === "rename" && <RenameDialog session={session} open onOpenChange={close} />}
      {open === "delete" && <DeleteDialog session={session} open onOpenChange={close} />}
    </header>
  );
}
