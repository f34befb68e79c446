import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import type { SessionDetail, SessionType } from "@/api/types";
import { fromWall, isDay, toWall } from "@/calendar/zones";
import { Banner } from "@/components/banner";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { SelectField, TextField } from "@/components/field";
import { useErrorText } from "@/components/states";
import { useNotify } from "@/components/toast";
import { useDeleteSession, useEditSession } from "@/hooks/use-sessions";
import { useZone } from "@/hooks/use-zone";

const TYPES = ["training", "match", "analysis", "live"] as const satisfies readonly SessionType[];

interface SessionDialogProps {
  session: SessionDetail;
  onClose: () => void;
}

/** The day decides in which week its load counts. */
function EditDialog({ session, onClose }: SessionDialogProps) {
  const { t } = useTranslation();
  const zone = useZone(session.team_id);
  const began = toWall(session.start, zone);
  const [title, setTitle] = useState(session.title);
  const [type, setType] = useState(session.session_type);
  const [wall, setWall] = useState(began);
  const edit = useEditSession(session.id);
  const errorText = useErrorText();
  const isWhen = isDay(wall.slice(0, 10));
  const moved = () => {
    const start = fromWall(wall, zone);
    // It stays as long as it was.
    const end = session.end && new Date(Date.parse(session.end) + Date.parse(start) - Date.parse(session.start)).toISOString();
    return { start, end };
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    edit.mutate({ title: title.trim(), session_type: type, ...(wall !== began && moved()) }, { onSuccess: onClose });
  };
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={t("session.edit")}>
      <form noValidate className="space-y-5" onSubmit={submit}>
        <TextField label={t("newScan.title")} value={title} maxLength={120} onChange={(event) => setTitle(event.target.value)} />
        <div className="grid gap-4 sm:grid-cols-2">
          <SelectField
            label={t("newScan.type")}
            value={type}
            onChange={(event) => setType(event.target.value as SessionType)}
            options={TYPES.map((value) => ({ value, label: t(`sessionType.${value}`) }))}
          />
          <TextField label={t("session.when")} type="datetime-local" value={wall} onChange={(event) => setWall(event.target.value)} />
        </div>
        {edit.isError && <Banner tone="bad">{errorText(edit.error)}</Banner>}
        <Button type="submit" look="primary" busy={edit.isPending} disabled={!isWhen}>
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
export default function SessionDialog({ kind, ...props }: SessionDialogProps & { kind: "edit" | "delete" }) {
  return kind === "edit" ? <EditDialog {...props} /> : <DeleteDialog {...props} />;
}
