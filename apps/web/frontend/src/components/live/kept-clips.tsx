import { Send, Trash2 } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { KnownDevice } from "@/api/device-key";
import { Banner } from "@/components/banner";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { useErrorText } from "@/components/states";
import { UploadProgress } from "@/components/upload-progress";
import { useOnline } from "@/hooks/use-online";
import { usePreferences } from "@/hooks/use-preferences";
import { useUpload } from "@/hooks/use-upload";
import { readClip, type Clip } from "@/live/clip-store";
import { formatBytes, formatClock, formatDate } from "@/units/format";
import { clearUpload, isBusy, startUpload } from "@/upload/manager";

interface ClipsProps {
  device: KnownDevice;
  clips: readonly Clip[];
  /** While the camera films, the line belongs to its pictures. */
  filming: boolean;
  onGone: (id: string) => Promise<void>;
}

function ClipItem({ clip, busy, onSend, onDelete }: { clip: Clip; busy: boolean; onSend: () => void; onDelete: () => void }) {
  const { t } = useTranslation();
  const { language, timeZone } = usePreferences();
  const [asked, setAsked] = useState(false);
  const facts = {
    start: formatDate(new Date(clip.startedAt).toISOString(), language, timeZone),
    length: formatClock((clip.endedAt - clip.startedAt) / 1000),
    size: formatBytes(clip.bytes, language),
  };
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 py-3">
      <div className="min-w-0 flex-1 basis-48">
        <p className="truncate font-semibold">{clip.title}</p>
        <p className="text-sm text-muted">{t("film.clips.item", facts)}</p>
        {clip.full && <p className="text-sm text-warn">{t("film.clips.full")}</p>}
      </div>
      {asked ? (
        <div className="flex flex-wrap items-center gap-2">
          <span className="text-sm font-semibold">{t("film.clips.deleteAsk")}</span>
          <Button size="sm" look="danger" onClick={onDelete} autoFocus>
            {t("film.clips.deleteYes")}
          </Button>
          <Button size="sm" look="quiet" onClick={() => setAsked(false)}>
            {t("action.cancel")}
          </Button>
        </div>
      ) : (
        <div className="flex gap-2">
          <Button size="sm" disabled={busy} onClick={onSend}>
            <Send className="size-4" aria-hidden="true" />
            {t("film.clips.send")}
          </Button>
          <Button size="sm" look="quiet" disabled={busy} onClick={() => setAsked(true)}>
            <Trash2 className="size-4" aria-hidden="true" />
            {t("film.clips.delete")}
          </Button>
        </div>
      )}
    </li>
  );
}

/** Film that this phone kept while there was no network: sent by itself when there is, and gone from here then. */
export function KeptClips({ device, clips, filming, onGone }: ClipsProps) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const upload = useUpload();
  const online = useOnline();
  const [sending, setSending] = useState<string | null>(null);
  const [sent, setSent] = useState(false);
  const tried = useRef(new Set<string>());
  const busy = isBusy(upload);

  const send = async (clip: Clip) => {
    tried.current.add(clip.id);
    clearUpload();
    setSent(false);
    setSending(clip.id);
    const whose = device.playerId ? { player_id: device.playerId } : { team_id: device.teamId };
    await startUpload(await readClip(clip), { ...whose, session_type: "training", title: clip.title });
  };
  useEffect(() => {
    if (!sending || upload.phase !== "done") return;
    clearUpload();
    setSending(null);
    setSent(true);
    void onGone(sending);
  }, [sending, upload.phase, onGone]);
  const next = clips.find(({ id }) => !tried.current.has(id));
  useEffect(() => {
    if (next && online && !filming && !busy && upload.phase === "idle") void send(next);
    // `send` is made anew each time; what it needs is listed.
  }, [next, online, filming, busy, upload.phase]);

  if (clips.length === 0 && !sent) return null;
  return (
    <Card className="p-5">
      <h2 className="text-lg font-semibold">{t("film.clips.title")}</h2>
      {sent && <Banner tone="good" className="mt-3">{t("film.clips.sent")}</Banner>}
      {clips.length > 0 && <p className="text-sm text-muted">{t("film.clips.lead")}</p>}
      {sending && busy && (
        <div className="mt-3">
          <UploadProgress />
        </div>
      )}
      {sending && upload.phase === "failed" && (
        <Banner tone="bad" className="mt-3">
          {errorText(upload.error)}
        </Banner>
      )}
      {!online && clips.length > 0 && <p className="mt-2 text-sm font-semibold text-warn">{t("film.clips.offline")}</p>}
      <ul className="divide-y divide-line">
        {clips.map((clip) => (
          <ClipItem key={clip.id} clip={clip} busy={busy} onSend={() => void send(clip)} onDelete={() => void onGone(clip.id)} />
        ))}
      </ul>
    </Card>
  );
}
