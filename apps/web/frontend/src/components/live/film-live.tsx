import { Camera, Radio, Square, SwitchCamera } from "lucide-react";
import { useCallback, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { KnownDevice } from "@/api/device-key";
import type { LiveStatus } from "@/api/types";
import type { SocketPhase } from "@/api/socket";
import { Banner } from "@/components/banner";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { CheckField, SelectField } from "@/components/field";
import { Skeleton, useErrorText } from "@/components/states";
import { useRunning } from "@/hooks/use-live";
import { useLiveCamera, type LiveCamera } from "@/hooks/use-live-camera";
import { useLiveClock } from "@/hooks/use-live-clock";
import { useLiveHidden } from "@/hooks/use-live-hidden";
import { useLiveKeep } from "@/hooks/use-live-keep";
import { useLiveLine, type LiveFeed } from "@/hooks/use-live-line";
import { useLiveSender } from "@/hooks/use-live-sender";
import { usePreferences } from "@/hooks/use-preferences";
import type { Facing } from "@/live/capture";
import { MAX_CLIP_BYTES } from "@/live/clip-store";
import type { ClockOffset } from "@/live/clock-sync";
import { canKeepFilm } from "@/live/keep-film";
import type { SenderFacts } from "@/live/sender";
import { keepAwake } from "@/live/wake-lock";
import { formatBytes, formatNumber } from "@/units/format";
import { CaptureTrouble } from "./capture-trouble";
import { KeptClips } from "./kept-clips";
import { Picture } from "./picture";

const US_PER_MS = 1000;
/** What a camera's name may not hold. */
const NOT_IN_NAMES = /^[^\p{L}\p{N}]+|[^\p{L}\p{N}_ .-]/gu;
/** With the piece of the device's id behind it, it stays below the forty that a name may have. */
const NAME_LENGTH = 30;
const LOOKS: Record<SocketPhase, string> = {
  open: "bg-good-soft text-good",
  connecting: "bg-sunken text-muted",
  lost: "bg-warn-soft text-warn",
  closed: "bg-bad-soft text-bad",
};

/** A camera of a session that waits for a phone is its main one; further phones come by their own names. */
function cameraNames(session: LiveStatus | undefined, device: KnownDevice): string[] {
  const own = device.name.replace(NOT_IN_NAMES, "").trim().slice(0, NAME_LENGTH) || "phone";
  return [...(session?.source === "phone" ? ["main"] : []), own, `${own} ${device.id.slice(0, 4)}`];
}

function SendingFacts({ facts, clock }: { facts: SenderFacts; clock: ClockOffset | null }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const ms = (us: number) => formatNumber(us / US_PER_MS, language, 0);
  return (
    <div className="space-y-0.5 text-sm text-muted" data-testid="film-facts">
      <p>{t("film.facts", { sent: formatNumber(facts.sent, language, 0), fps: formatNumber(facts.fps, language, 1), width: facts.width, height: facts.height })}</p>
      {facts.skipped > 0 && <p>{t("film.skipped", { count: facts.skipped })}</p>}
      <p>{clock ? t("film.clock", { offset: ms(clock.offsetUs), trip: ms(clock.roundTripUs) }) : t("film.clockWait")}</p>
    </div>
  );
}

function Viewfinder({ camera, facing, feed, filming, onVideo }: { camera: LiveCamera; facing: Facing; feed: LiveFeed; filming: boolean; onVideo: (video: HTMLVideoElement | null) => void }) {
  const { t } = useTranslation();
  return (
    <div className="relative grid aspect-video w-full place-items-center overflow-hidden rounded-card bg-pond">
      {camera.stream ? (
        <Picture ref={onVideo} stream={camera.stream} mirrored={facing === "user"} label={t(facing === "user" ? "film.front" : "film.back")} className="absolute inset-0 size-full" />
      ) : (
        <Camera className="size-12 text-on-pond-muted" aria-hidden="true" />
      )}
      {filming && (
        <p role="status" data-testid="film-state" className={`absolute top-3 left-3 inline-flex items-center gap-2 rounded-full px-3 py-1 text-sm font-semibold ${LOOKS[feed.phase]}`}>
          <Radio className="size-4" aria-hidden="true" />
          {t(`film.state.${feed.phase}`)}
        </p>
      )}
    </div>
  );
}

function KeepChoice({ session, keep, onKeep }: { session: LiveStatus; keep: boolean; onKeep: (keep: boolean) => void }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  if (!session.record) return <p className="text-sm text-muted">{t("film.keepOff")}</p>;
  if (!canKeepFilm()) return <p className="text-sm text-muted">{t("film.cannotKeep")}</p>;
  return <CheckField label={t("film.keep")} hint={t("film.keepHint", { size: formatBytes(MAX_CLIP_BYTES, language) })} checked={keep} onChange={({ target }) => onKeep(target.checked)} />;
}

/** The phone as a live camera: which session, the picture, and how it goes. */
export function FilmLive({ device }: { device: KnownDevice }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const errorText = useErrorText();
  const running = useRunning();
  const camera = useLiveCamera();
  const [chosen, setChosen] = useState("");
  const [filming, setFilming] = useState<LiveStatus | null>(null);
  const [facing, setFacing] = useState<Facing>("environment");
  const [keep, setKeep] = useState(true);
  const [over, setOver] = useState(false);
  const [video, setVideo] = useState<HTMLVideoElement | null>(null);
  const [turn, setTurn] = useState(0);
  const sessions = (running.data?.items ?? []).filter(({ status }) => status === "waiting" || status === "running");
  const session = filming ?? sessions.find(({ session_id }) => session_id === chosen) ?? sessions[0];
  const names = cameraNames(session, device);
  const clock = useLiveClock(filming !== null);
  const feed = useLiveLine(filming?.session_id ?? null, names[turn % names.length]!);
  const facts = useLiveSender({
    video,
    active: filming !== null && clock !== null && !feed.stopped,
    fps: feed.joined?.frame_budget.fps ?? session?.frame_budget.fps ?? 10,
    line: feed.line,
    offsetUs: clock?.offsetUs ?? 0,
  });
  const keeping = useLiveKeep({
    stream: camera.stream,
    wanted: filming !== null && filming.record && keep && feed.phase === "lost",
    title: session?.title ?? "",
  });
  const hiddenS = useLiveHidden(filming !== null);

  const taken = feed.error?.code === "CAMERA_TAKEN";
  useEffect(() => {
    if (taken) setTurn((now) => now + 1);
  }, [taken]);
  useEffect(() => (filming ? keepAwake() : undefined), [filming]);
  const { close } = camera;
  const stop = useCallback(() => {
    setFilming(null);
    close();
  }, [close]);
  useEffect(() => {
    if (!feed.stopped) return;
    setOver(true);
    stop();
  }, [feed.stopped, stop]);

  const open = (next: Facing = facing) => {
    setFacing(next);
    void camera.open({ kind: "camera", facing: next });
  };
  return (
    <div className="space-y-5">
      <Card className="space-y-4 p-5">
        <div>
          <h2 className="flex items-center gap-2 text-lg font-semibold">
            <Radio className="size-5 text-accent-ink" aria-hidden="true" />
            {t("film.title")}
          </h2>
          <p className="text-muted">{t("film.lead")}</p>
        </div>
        {over && !filming && <Banner tone="good">{t("film.stoppedByCoach")}</Banner>}
        {running.isPending && <Skeleton className="h-11" />}
        {running.isError && !session && <Banner tone="warn">{errorText(running.error)}</Banner>}
        {running.data && !session && <p role="status">{t("film.none")}</p>}
        {session && (
          <>
            {sessions.length > 1 && !filming ? (
              <SelectField
                label={t("film.choose")}
                value={session.session_id}
                onChange={({ target }) => setChosen(target.value)}
                options={sessions.map(({ session_id, title }) => ({ value: session_id, label: title }))}
              />
            ) : (
              <p className="font-semibold">{session.title}</p>
            )}
            <Viewfinder camera={camera} facing={facing} feed={feed} filming={filming !== null} onVideo={setVideo} />
            <CaptureTrouble camera={camera} retry={() => open()} onPhone />
            {filming && feed.error && !taken && <Banner tone="warn" title={t("film.refused")}>{feed.error.message}</Banner>}
            {filming && hiddenS !== null && <Banner tone="warn">{t("film.hidden", { seconds: hiddenS })}</Banner>}
            {keeping.current && (
              <Banner tone="info">
                {keeping.full ? t("film.keepFull") : t("film.keeping", { size: formatBytes(keeping.current.bytes, language) })}
              </Banner>
            )}
            {!keeping.current && keeping.full && <Banner tone="warn">{t("film.keepFull")}</Banner>}
            <div className="flex flex-wrap gap-3">
              {!camera.stream ? (
                <Button look="primary" className="flex-1" busy={camera.asking} onClick={() => open()}>
                  <Camera className="size-4" aria-hidden="true" />
                  {t("film.camera")}
                </Button>
              ) : filming ? (
                <Button look="danger" className="flex-1" onClick={stop}>
                  <Square className="size-4 fill-current" aria-hidden="true" />
                  {t("film.stop")}
                </Button>
              ) : (
                <Button
                  look="primary"
                  className="flex-1"
                  onClick={() => {
                    setOver(false);
                    setFilming(session);
                  }}
                >
                  <Radio className="size-4" aria-hidden="true" />
                  {t("film.start")}
                </Button>
              )}
              {camera.stream && (
                <Button busy={camera.asking} onClick={() => open(facing === "user" ? "environment" : "user")}>
                  <SwitchCamera className="size-4" aria-hidden="true" />
                  {t("film.switch")}
                </Button>
              )}
            </div>
            {filming ? (
              <>
                <SendingFacts facts={facts} clock={clock} />
                <p className="text-sm text-muted">{t("film.awake")}</p>
              </>
            ) : (
              <KeepChoice session={session} keep={keep} onKeep={setKeep} />
            )}
          </>
        )}
      </Card>
      <KeptClips device={device} clips={keeping.clips} filming={filming !== null} onGone={keeping.remove} />
    </div>
  );
}
