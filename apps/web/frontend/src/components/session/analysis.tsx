import { Tabs } from "radix-ui";
import { lazy, memo, Suspense, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation, useSearchParams } from "react-router";
import type { PlayerKpis, WatchableResults, SessionKpis, Track } from "@/api/types";
import { Card } from "@/components/card";
import { Skeleton } from "@/components/states";
import { TAB_LOOK } from "@/components/tabs";
import { useOverlay } from "@/hooks/use-overlay";
import { usePreferences } from "@/hooks/use-preferences";
import { useSpeedCurve } from "@/hooks/use-scan";
import { useVideoKeys } from "@/hooks/use-video-keys";
import { withTexts } from "@/i18n";
import { VideoClock } from "@/overlay/clock";
import type { Layers } from "@/overlay/draw";
import { stylesFor } from "@/overlay/track-style";
import { PresenceBar } from "./presence-bar";
import { VideoControls } from "./video-controls";
import { VideoStage } from "./video-stage";

const AboutPanel = lazy(() => import("./about-panel").then(({ AboutPanel: Panel }) => ({ default: Panel })));
const KpiPanel = lazy(() => import("./kpi-panel").then(({ KpiPanel: Panel }) => ({ default: Panel })));
const PitchMap = lazy(() => import("./pitch-map").then(({ PitchMap: Map }) => ({ default: Map })));
const TrackList = memo(lazy(() => import("./track-list")));
const EventMarks = lazy(() => withTexts("events", import("./event-marks")));
const SpaceTab = lazy(() => withTexts("space", import("@/components/space/space-tab")));
const CameraSwitch = lazy(() => withTexts("space", import("./camera-switch").then(({ CameraSwitch: Switch }) => ({ default: Switch }))));
const Drawings = lazy(() => withTexts("space", import("./drawing/drawings")));
const SpeedTimeline = lazy(() => import("./speed-timeline"));

const ALL_LAYERS: Layers = { boxes: true, names: true, skeleton: true, trails: true, ball: true };
const TABS = ["figures", "tracks", "pitch", "space", "about"] as const;

interface AnalysisProps {
  scanId: string;
  results: WatchableResults;
  kpis: SessionKpis | undefined;
  canEdit: boolean;
  onLinkDead: () => void;
}

/** Who to show first: whoever is named, else who was seen longest. */
function firstTrack(tracks: readonly Track[]): number | null {
  const byWorth = [...tracks].sort((a, b) => Number(b.player !== null) - Number(a.player !== null) || b.frames - a.frames);
  return byWorth[0]?.track_id ?? null;
}

interface TimelineProps {
  scanId: string;
  track: Track;
  name: string;
  clock: VideoClock;
}

function Curve({ scanId, track, name, clock }: TimelineProps) {
  const { t } = useTranslation();
  const { units } = usePreferences();
  const { data: series, isPending } = useSpeedCurve(scanId, track.track_id);
  const label = t("timeline.speed", { name });
  if (isPending) return <Skeleton className="h-40" />;
  return (
    <>
      <p className="mb-2 text-sm font-medium text-muted">{series ? label : t("timeline.presence", { name })}</p>
      {series ? (
        <Suspense fallback={<Skeleton className="h-33" />}>
          <SpeedTimeline series={series} clock={clock} units={units} label={label} />
        </Suspense>
      ) : (
        <PresenceBar track={track} name={name} duration={clock.duration} />
      )}
    </>
  );
}

/** Drawn anew for another player only, not with every window of arrays that comes while the film plays. */
const Timeline = memo(function Timeline(props: TimelineProps) {
  const { scanId, track, clock } = props;
  return (
    <Card className="p-4">
      <Curve {...props} />
      <Suspense fallback={null}>
        <EventMarks scanId={scanId} trackId={track.track_id} clock={clock} />
      </Suspense>
    </Card>
  );
});

/** Film, overlay, timeline and figures of a finished scan, all at one moment and about one player. */
export function Analysis({ scanId, results, kpis, canEdit, onLinkDead }: AnalysisProps) {
  const { t } = useTranslation();
  const { fps, duration_s: duration } = results.video;
  const clock = useMemo(() => new VideoClock(fps, duration), [fps, duration]);
  const stage = useRef<HTMLDivElement>(null);
  const [layers, setLayers] = useState(ALL_LAYERS);
  const [rate, setRate] = useState(1);
  const [playing, setPlaying] = useState(false);
  const [chosen, setChosen] = useState<number | null>(null);
  const [tab, setTab] = useState<string>("figures");
  const [drawing, setDrawing] = useState(false);
  const [slot, setSlot] = useState<HTMLElement | null>(null);
  const [camera, setCamera] = useState(results.video.id);
  const { films } = results;
  const several = films.length > 1;
  const film = films.find(({ id }) => id === camera) ?? { ...results.video, camera: null, offset_s: 0 };
  const isFirst = film.id === results.video.id;
  const overlay = useOverlay(scanId, results, clock, isFirst ? null : film.camera);
  useVideoKeys(clock);
  // A link may name a moment and a player, as the evidence of a feedback does.
  const [asked] = useSearchParams();
  const moment = Number(asked.get("t") ?? Number.NaN);
  const { key: visit } = useLocation();
  useEffect(() => {
    if (!(moment >= 0)) return;
    clock.seek(moment);
    stage.current?.scrollIntoView({ block: "nearest" });
  }, [clock, moment, visit]);

  const { tracks } = results;
  const nameOf = useMemo(() => (track: Track) => track.player?.display_name ?? t("track.name", { id: track.track_id }), [t]);
  const styleOf = useMemo(() => stylesFor(tracks), [tracks]);
  const named = tracks.find(({ player }) => player && player.id === asked.get("player"))?.track_id;
  const selected = tracks.some(({ track_id }) => track_id === chosen) ? chosen : (named ?? firstTrack(tracks));
  const track = tracks.find(({ track_id }) => track_id === selected);
  const playerKpis = kpis?.players.find(({ track_id }) => track_id === selected);
  const shared = { clock, overlay, styleOf, selected };
  // Several cameras measure in a world of their own, which is no pitch.
  const tabs = several ? TABS.filter((name) => name !== "pitch") : TABS;

  const showCamera = (id: string) => {
    setDrawing(false);
    setCamera(id);
  };
  const startDrawing = () => {
    clock.pause();
    setDrawing(true);
  };

  return (
    <div className="grid items-start gap-5 xl:grid-cols-[minmax(0,1.75fr)_minmax(22rem,1fr)]">
      <div className="min-w-0 space-y-5 xl:sticky xl:top-6">
        <Card className="overflow-hidden">
          <div ref={stage} className="bg-surface [&:fullscreen]:flex [&:fullscreen]:flex-col [&:fullscreen]:justify-center">
            {several && (
              <Suspense fallback={<Skeleton className="h-13" />}>
                <CameraSwitch films={films} shown={film.id} onShow={showCamera} />
              </Suspense>
            )}
            <VideoStage key={film.id} {...shared} results={results} film={film} ahead={film.offset_s ?? 0} layers={layers} onSelect={setChosen} rate={rate} onPlaying={setPlaying} onLinkDead={onLinkDead}>
              {canEdit && isFirst && (
                <Suspense>
                  <Drawings sessionId={results.session_id} film={film} clock={clock} active={drawing} onEnd={() => setDrawing(false)} slot={slot} />
                </Suspense>
              )}
            </VideoStage>
            <div ref={setSlot} />
            <VideoControls
              {...{ clock, playing, rate, layers, stage }}
              onRate={setRate}
              onLayers={setLayers}
              onDraw={canEdit && isFirst ? startDrawing : undefined}
            />
          </div>
        </Card>
        {track && <Timeline scanId={scanId} track={track} name={nameOf(track)} clock={clock} />}
        <p className="hidden text-sm text-muted lg:block">{t("video.keys")}</p>
      </div>
      <Card className="min-w-0">
        <Tabs.Root value={tab} onValueChange={setTab}>
          <Tabs.List aria-label={t("session.tabs.label")} className="flex overflow-x-auto border-b border-line px-3">
            {tabs.map((name) => (
              <Tabs.Trigger
                key={name}
                value={name}
                className={TAB_LOOK}
              >
                {t(`session.tabs.${name}`)}
              </Tabs.Trigger>
            ))}
          </Tabs.List>
          <Tabs.Content value="figures" className="p-5 outline-offset-[-2px]">
            <Figures kpis={kpis} player={playerKpis} known={results.warnings} name={track ? nameOf(track) : ""} />
          </Tabs.Content>
          <Tabs.Content value="tracks" className="p-4 outline-offset-[-2px]">
            <Suspense fallback={<Skeleton className="h-40" />}>
              <TrackList scanId={scanId} tracks={tracks} nameOf={nameOf} selected={selected} onSelect={setChosen} clock={clock} canEdit={canEdit} />
            </Suspense>
          </Tabs.Content>
          <Tabs.Content value="pitch" className="p-4 outline-offset-[-2px]">
            {results.calibration ? (
              <Suspense fallback={<Skeleton className="aspect-3/2" />}>
                <PitchMap {...shared} calibrationId={results.calibration.id} onSelect={setChosen} />
              </Suspense>
            ) : (
              <p className="text-muted">{t("pitchMap.none")}</p>
            )}
          </Tabs.Content>
          <Tabs.Content value="space" className="p-4 outline-offset-[-2px]">
            <Suspense fallback={<Skeleton className="aspect-square" />}>
              <SpaceTab {...{ scanId, results, clock, track, styleOf, canEdit }} name={track ? nameOf(track) : ""} />
            </Suspense>
          </Tabs.Content>
          <Tabs.Content value="about" className="p-5 outline-offset-[-2px]">
            <Suspense fallback={<Skeleton className="h-40" />}>
              <AboutPanel results={results} />
            </Suspense>
          </Tabs.Content>
        </Tabs.Root>
      </Card>
    </div>
  );
}

interface FiguresProps {
  kpis: SessionKpis | undefined;
  player: PlayerKpis | undefined;
  known: readonly string[];
  name: string;
}

const Figures = memo(function Figures({ kpis, player, known, name }: FiguresProps) {
  const { t } = useTranslation();
  if (!kpis) return <Skeleton className="h-60" />;
  if (kpis.players.length === 0) return <p className="text-muted">{t("kpi.none")}</p>;
  return (
    <>
      <p className="mb-4 text-sm text-muted">
        {t("kpi.for")} <span className="font-semibold text-ink">{name}</span>
      </p>
      <Suspense fallback={<Skeleton className="h-60" />}>
        {player ? <KpiPanel player={player} known={known} /> : <p className="text-muted">{t("kpi.noneFor")}</p>}
      </Suspense>
    </>
  );
});
