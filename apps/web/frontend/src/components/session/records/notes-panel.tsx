import { Pencil, PencilLine, Trash2 } from "lucide-react";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { SessionNote } from "@/api/types";
import { Banner } from "@/components/banner";
import { Button } from "@/components/button";
import { Panel } from "@/components/dashboard/panel";
import { Dialog } from "@/components/dialog";
import { TextArea, TextField } from "@/components/field";
import { ErrorState, Skeleton, useErrorText } from "@/components/states";
import { useNotify } from "@/components/toast";
import { usePreferences } from "@/hooks/use-preferences";
import { useDeleteNote, useNotes, useSaveNote } from "@/hooks/use-session-parts";
import { formatClock, formatDate } from "@/units/format";
import { secondsFrom } from "./drafts";

interface NoteFormProps {
  sessionId: string;
  note: SessionNote | null;
  hasFilm: boolean;
  onDone?: () => void;
}

function NoteForm({ sessionId, note, hasFilm, onDone }: NoteFormProps) {
  const { t } = useTranslation();
  const save = useSaveNote(sessionId, note?.id ?? null);
  const errorText = useErrorText();
  const [text, setText] = useState(note?.text ?? "");
  const [moment, setMoment] = useState(note?.t_s == null ? "" : formatClock(note.t_s));
  const seconds = secondsFrom(moment);
  const wrong = Number.isNaN(seconds);
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (wrong) return;
    save.mutate(
      { text: text.trim(), t_s: seconds },
      {
        onSuccess: () => {
          setText("");
          setMoment("");
          onDone?.();
        },
      },
    );
  };
  return (
    <form noValidate onSubmit={send} className="space-y-3">
      {save.isError && <Banner tone="bad">{errorText(save.error)}</Banner>}
      <TextArea label={t("notes.text")} value={text} maxLength={10_000} onChange={(event) => setText(event.target.value)} />
      <div className="flex flex-wrap items-end gap-3">
        {hasFilm && (
          <TextField
            className="w-40"
            label={t("notes.moment")}
            placeholder="1:05"
            inputMode="text"
            autoComplete="off"
            value={moment}
            error={wrong ? t("notes.momentWrong") : undefined}
            onChange={(event) => setMoment(event.target.value)}
          />
        )}
        <Button type="submit" look={note ? "primary" : "secondary"} busy={save.isPending} disabled={text.trim() === "" && note?.kind !== "drawing"}>
          {t(note ? "action.save" : "notes.add")}
        </Button>
      </div>
    </form>
  );
}

function Note({ sessionId, note, mayChange, hasFilm }: { sessionId: string; note: SessionNote; mayChange: boolean; hasFilm: boolean }) {
  const { t } = useTranslation();
  const { language, timeZone } = usePreferences();
  const remove = useDeleteNote(sessionId);
  const notify = useNotify();
  const errorText = useErrorText();
  const [open, setOpen] = useState<"change" | "delete" | null>(null);
  const close = () => setOpen(null);
  const facts = [note.author?.name, formatDate(note.created_at, language, timeZone)].filter(Boolean).join(" · ");
  return (
    <li className="flex gap-2 py-3 first:pt-0">
      <div className="min-w-0 flex-1">
        <p className="break-words whitespace-pre-wrap">{note.text || t("notes.drawing")}</p>
        <p className="mt-0.5 flex flex-wrap items-center gap-x-1.5 text-sm text-muted">
          {note.kind === "drawing" && <PencilLine className="size-4" role="img" aria-label={t("notes.drawing")} />}
          {note.t_s !== null && (
            <Link to={{ search: `?t=${note.t_s}` }} className="font-semibold text-accent-ink underline-offset-2 hover:underline">
              {t("notes.at", { time: formatClock(note.t_s) })}
            </Link>
          )}
          {note.t_s !== null && <span aria-hidden="true">·</span>}
          {facts}
        </p>
      </div>
      {mayChange && (
        <span className="flex shrink-0">
          <Button look="quiet" size="icon" aria-label={t("notes.change")} onClick={() => setOpen("change")}>
            <Pencil className="size-4" aria-hidden="true" />
          </Button>
          <Button look="quiet" size="icon" aria-label={t("notes.delete")} onClick={() => setOpen("delete")}>
            <Trash2 className="size-4" aria-hidden="true" />
          </Button>
        </span>
      )}
      <Dialog open={open === "change"} onOpenChange={close} title={t("notes.change")}>
        <NoteForm sessionId={sessionId} note={note} hasFilm={hasFilm} onDone={close} />
      </Dialog>
      <Dialog open={open === "delete"} onOpenChange={close} title={t("notes.delete")} description={note.text.slice(0, 120)}>
        <Button
          look="danger"
          busy={remove.isPending}
          onClick={() => remove.mutate(note.id, { onSuccess: close, onError: (error) => notify("bad", errorText(error)) })}
        >
          {t("action.delete")}
        </Button>
      </Dialog>
    </li>
  );
}

interface NotesPanelProps {
  sessionId: string;
  hasFilm: boolean;
  /** Whose notes the reader may change beside their own. */
  coach: boolean;
  userId: string | undefined;
}

/** Words about a session, for the team's staff. */
export function NotesPanel({ sessionId, hasFilm, coach, userId }: NotesPanelProps) {
  const { t } = useTranslation();
  const notes = useNotes(sessionId);
  return (
    <Panel title={t("notes.title")}>
      {notes.isPending && <Skeleton className="h-24" />}
      {notes.isError && <ErrorState error={notes.error} retry={() => void notes.refetch()} />}
      {notes.data && notes.data.items.length > 0 && (
        <ul className="mb-4 divide-y divide-line">
          {notes.data.items.map((note) => (
            <Note key={note.id} sessionId={sessionId} note={note} hasFilm={hasFilm} mayChange={coach || note.author?.id === userId} />
          ))}
        </ul>
      )}
      {notes.data && <NoteForm sessionId={sessionId} note={null} hasFilm={hasFilm} />}
    </Panel>
  );
}
