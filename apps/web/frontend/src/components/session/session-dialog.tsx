import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import type { SessionDetail } from "@/api/types";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { TextField } from "@/components/field";
import { useErrorText } from "@/components/states";
import { useNotify } from "@/components/toast";
import { useDeleteSession, useRenameSession } from "@/hooks/use-sessions";

interface SessionDialogProps {
  session: SessionDetail;
  onClose: () => void;
}

function RenameDialog({ session, onClose }: SessionDialogProps) {
  const { t } = useTranslation();
  const [title, setTitle] = useState(session.title);
  const rename = useRenameSession(session.id);
  const notify = useNotify();
  const errorText = useErrorText();
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={t("session.rename")}>
      <form
        className="space-y-5"
        onSubmit={(event) => {
          event.preventDefault();
          rename.mutate(title.trim(), {
            onSuccess: onClose,
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

function DeleteDialog({ session, onClose }: SessionDialogProps) {
  const { t } = useTranslation();
  const remove = useDeleteSession(session.id);
  const navigate = useNavigate();
  const notify = useNotify();
  const errorText = useErrorText();
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={t("session.delete.title")} description={t("session.delete.text")}>
      <div className="flex gap-3">
        <Button
          look="danger"
          busy={remove.isPending}
          onClick={() =>
            remove.mutate(undefined, {
              onSuccess: () => {
                notify("good", t("session.delete.done"));
                void navigate("/sessions");
              },
              onError: (error) => notify("bad", errorText(error)),
            })
          }
        >
          {t("action.delete")}
        </Button>
        <Button onClick={onClose}>{t("action.cancel")}</Button>
      </div>
    </Dialog>
  );
}

/** The window for one thing done to a session as a whole. Loaded when it is asked for. */
export default function SessionDialog({ kind, ...props }: SessionDialogProps & { kind: "rename" | "delete" }) {
  return kind === "rename" ? <RenameDialog {...props} /> : <DeleteDialog {...props} />;
}
