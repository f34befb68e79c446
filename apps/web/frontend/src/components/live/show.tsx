import { Link2, Smartphone, Square, Webcam } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { LiveStatus } from "@/api/types";
import { Banner } from "@/components/banner";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { useErrorText } from "@/components/states";
import { useNotify } from "@/components/toast";
import { useCanEdit } from "@/hooks/use-account";
import { useSayWho, useStopLive } from "@/hooks/use-live";
import type { LiveCamera } from "@/hooks/use-live-camera";
import { useLiveShow } from "@/hooks/use-live-show";
import { usePlayers } from "@/hooks/use-players";
import { stylesFor } from "@/overlay/track-style";
import { formatClock } from "@/units/format";
import { AddPhone } from "./add-phone";
import { AskAssistant } from "./ask";
import { CaptureTrouble } from "./capture-trouble";
import { LineState, LiveNotes, RunFacts } from "./facts";
import { PlayersPanel } from "./players-panel";
import { LiveStage } from "./stage";

/** The camera of whoever starts a session, as the server names it; when somebody else sends as it, the next number. */
const cameraName = (turn: number) => (turn === 1 ? "main" : `camera ${turn}`);
const TICK_MS = 1000;
/** A worker that is free takes a session within a second. */
const QUEUED_AFTER_S = 6;
const colors = stylesFor([]);

interface ShowProps {
  live: LiveStatus;
  /** What this computer films with, if it does. */
  camera: LiveCamera;
  onStopped: () => void;
}

function Elapsed({ since }: { since: string }) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return <span className="figure text-lg font-semibold">{formatClock((now - Date.parse(since)) / 1000)}</span>;
}

function StopButton({ id, onStopped }: { id: string; onStopped: () => void }) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState(false);
  const stop = useStopLive(id);
  const notify = useNotify();
  const errorText = useErrorText();
  if (!asked) {
    return (
      <Button look="danger" onClick={() => setAsked(true)}>
        <Square className="size-4 fill-current" aria-hidden="true" />
        {t("live.stop")}
      </Button>
    );
  }
  return (
    <span className="flex flex-wrap items-center gap-2">
      <span className="font-semibold">{t("live.stopAsk")}</span>
      <Button
        look="danger"
        busy={stop.isPending}
        autoFocus
        onClick={() => stop.mutate(undefined, { onSuccess: onStopped, onError: (error) => notify("bad", errorText(error)) })}
      >
        {t("live.stopYes")}
      </Button>
      <Button look="quiet" onClick={() => setAsked(false)}>
        {t("action.cancel")}
      </Button>
    </span>
  );
}

function CopyLink() {
  const { t } = useTranslation();
  const notify = useNotify();
  if (!navigator.clipboard) return null;
  return (
    <Button onClick={() => void navigator.clipboard.writeText(location.href).then(() => notify("good", t("live.copied")))}>
      <Link2 className="size-4" aria-hidden="true" />
      {t("live.copyLink")}
    </Button>
  );
}

/** A session that runs: picture with overlay, players' figures, how it goes, and the ways to end it. */
export function LiveShow({ live, camera, onStopped }: ShowProps) {
  const { t } = useTranslation();
  const canEdit = useCanEdit();
  const errorText = useErrorText();
  const notify = useNotify();
  const players = usePlayers();
  const sayWho = useSayWho(live.session_id);
  const [adding, setAdding] = useState(false);
  const filming = camera.stream !== null && !camera.ended;
  const [turn, setTurn] = useState(1);
  const own = filming ? cameraName(turn) : null;
  const show = useLiveShow({ sessionId: live.session_id, camera: own, stream: camera.stream, fps: live.frame_budget.fps });
  const { feed } = show;
  const metrics = feed.state?.metrics ?? null;
  const names = useMemo(() => [...new Set([...(own ? [own] : []), ...live.cameras.map(({ name }) => name), ...Object.keys(metrics?.frame ?? {})])], [own, live.cameras, metrics]);
  const [chosen, setChosen] = useState<string | null>(null);
  const sendingNow = Object.keys(metrics?.frame ?? {});
  const main = chosen && names.includes(chosen) ? chosen : (own ?? sendingNow[0] ?? names[0] ?? cameraName(1));
  const others = names.filter((name) => name !== main && (sendingNow.includes(name) || name === own));
  const labels = new Map((metrics?.players ?? []).flatMap(({ track_id, name }) => (name ? [[track_id, name] as const] : [])));
  const styleOf = (trackId: number) => ({ ...colors(trackId), name: labels.get(trackId) ?? String(trackId) });
  const stageOf = (name: string) => {
    const mine = name === own;
    return (
      <LiveStage
        key={name}
        film={show.filmOf(name)}
        stream={mine ? camera.stream : null}
        videoRef={mine ? show.setVideo : () => undefined}
        styleOf={styleOf}
        offsetUs={show.offsetUs}
        empty={
          live.source === "phone" &&
          canEdit && (
            <>
              <p className="max-w-md text-on-pond-muted">{t("live.phone.then")}</p>
              <Button onClick={() => setAdding(true)}>
                <Smartphone className="size-4" aria-hidden="true" />
                {t("live.phone.add")}
              </Button>
            </>
          )
        }
      />
    );
  };
  useEffect(() => {
    if (feed.stopped) onStopped();
  }, [feed.stopped, onStopped]);
  const taken = feed.error?.code === "CAMERA_TAKEN";
  useEffect(() => {
    if (taken) setTurn((now) => now + 1);
  }, [taken]);
  const say = (trackId: number, playerId: string | null) =>
    sayWho.mutate({ trackId, playerId }, { onError: (error) => notify("bad", errorText(error)) });
  const resume = () => void camera.open(live.source === "screen" ? { kind: "screen" } : { kind: "camera" });

  return (
    <>
      <header className="mb-5 flex flex-wrap items-center justify-between gap-x-6 gap-y-3">
        <div className="min-w-0">
          <h1 className="truncate text-3xl font-semibold">{live.title}</h1>
          <div className="mt-1.5 flex flex-wrap items-center gap-3">
            <LineState phase={feed.phase} />
            <Elapsed since={live.started_at} />
          </div>
        </div>
        <div className="flex flex-wrap gap-2">
          {canEdit && (
            <Button onClick={() => setAdding(true)}>
              <Smartphone className="size-4" aria-hidden="true" />
              {t("live.phone.add")}
            </Button>
          )}
          <CopyLink />
          {canEdit && <StopButton id={live.session_id} onStopped={onStopped} />}
        </div>
      </header>
      <div className="mb-5 grid gap-3 empty:hidden">
        {!metrics && live.status === "waiting" && !live.is_worked_on && live.duration_s > QUEUED_AFTER_S && <Banner tone="info">{t("live.stage.queued")}</Banner>}
        {feed.phase === "closed" && <Banner tone="warn">{t("live.line.closedText")}</Banner>}
        {feed.error && !taken && <Banner tone="warn">{feed.error.message}</Banner>}
        {live.source !== "phone" && <CaptureTrouble camera={camera} retry={resume} />}
      </div>
      <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_22rem]">
        <div className="space-y-5">
          <Card className="overflow-hidden">
            {stageOf(main)}
            <div className="space-y-4 border-t border-line px-4 py-4">
              <RunFacts metrics={metrics} delayS={show.delayS} sender={show.sender} />
              <LiveNotes metrics={metrics} />
            </div>
          </Card>
          {!filming && live.source !== "phone" && canEdit && (
            <Button onClick={resume} busy={camera.asking}>
              <Webcam className="size-4" aria-hidden="true" />
              {t("live.stage.resume")}
            </Button>
          )}
          {canEdit && <AskAssistant sessionId={live.session_id} metrics={metrics} />}
          {others.length > 0 && (
            <ul className="grid gap-4 sm:grid-cols-2">
              {others.map((name) => (
                <li key={name}>
                  <Card className="overflow-hidden">
                    <Button look="quiet" size="sm" className="m-2" onClick={() => setChosen(name)}>
                      {name}
                    </Button>
                    {stageOf(name)}
                  </Card>
                </li>
              ))}
            </ul>
          )}
        </div>
        <Card className="overflow-hidden lg:sticky lg:top-6 lg:max-h-[calc(100dvh-3rem)] lg:overflow-y-auto" tabIndex={0}>
          <PlayersPanel metrics={metrics} colorOf={(trackId) => colors(trackId).color} roster={canEdit ? (players.data?.items ?? []) : null} onSay={say} />
        </Card>
      </div>
      <AddPhone open={adding} onClose={() => setAdding(false)} />
    </>
  );
}
