import { lazy, Suspense, useCallback, useEffect, useRef, useState, type PointerEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { ScanVideo, SkeletonLayout, WatchableResults } from "@/api/types";
import { Banner } from "@/components/banner";
import { useCanvasDraw } from "@/hooks/use-canvas-draw";
import type { Overlay } from "@/hooks/use-overlay";
import { prepare } from "@/overlay/canvas";
import type { VideoClock } from "@/overlay/clock";
import { drawScene, type Layers, type TrackStyle } from "@/overlay/draw";
import { boxAt, containFit, toImage } from "@/overlay/geometry";

const NoFilm = lazy(() => import("./no-film").then(({ NoFilm: Text }) => ({ default: Text })));

interface VideoStageProps {
  results: WatchableResults;
  /** Which camera's film. */
  film: ScanVideo;
  /** How far that camera's clock is ahead of the first one's [s]. */
  ahead: number;
  clock: VideoClock;
  /** What was found in this film. */
  overlay: Overlay;
  layers: Layers;
  styleOf: (trackId: number) => TrackStyle;
  selected: number | null;
  onSelect: (trackId: number | null) => void;
  rate: number;
  onPlaying: (playing: boolean) => void;
  /** The link to the film no longer works: ask for results again. */
  onLinkDead: () => void;
  /** What else lies over the picture. */
  children?: ReactNode;
}

/** Before poses are found there is nothing to join. */
const NO_SKELETON: SkeletonLayout = { name: "", keypoints: [], limbs: [] };

/** A finger is thicker than a mouse; boxes far away are small. */
const TOUCH_MARGIN_PX = 6;

function useDrawing(canvas: React.RefObject<HTMLCanvasElement | null>, props: VideoStageProps): void {
  const { results, film, clock, overlay, layers, styleOf, selected } = props;
  const draw = useCallback(
    (t: number) => {
      const element = canvas.current;
      const ctx = element && prepare(element);
      if (!element || !ctx) return;
      const fit = containFit(film, { width: element.clientWidth, height: element.clientHeight });
      const { recent } = overlay;
      drawScene(ctx, { frame: overlay.frameAt(t), recent, t, fit, layers, styleOf, skeleton: results.skeleton ?? NO_SKELETON, selected });
    },
    [canvas, results, film, overlay, layers, styleOf, selected],
  );
  useCanvasDraw(canvas, clock, draw);
}

/**
 * The film's address. Each answer of the API carries a new link; the one in use stays until it dies, or a relabelled
 * track would send the film back to its start.
 */
function useFilmLink({ url }: ScanVideo, onDead: () => void) {
  const [src, setSrc] = useState(url);
  const [state, setState] = useState<"fine" | "renewing" | "broken">("fine");
  useEffect(() => {
    if (state === "renewing" && url !== src) setSrc(url);
  }, [state, url, src]);
  const failed = () => {
    if (state === "fine") onDead();
    setState(state === "fine" ? "renewing" : "broken");
  };
  return { src, broken: state === "broken", renewing: state === "renewing", failed, loaded: () => setState("fine") };
}

/** Why there is no picture under the boxes. */
function NotShown({ film: { faces, playable, codec } }: { film: ScanVideo }) {
  const { t } = useTranslation();
  if (faces === "being_made") return t("video.beingMade");
  if (faces === "withheld") return t("video.withheld");
  return playable ? t("video.error") : t("session.notPlayable", { codec });
}

/** The film with what was found in it drawn over it, exact to the frame. */
export function VideoStage(props: VideoStageProps) {
  const { results, film, ahead, clock, overlay, onSelect, rate, onPlaying, onLinkDead } = props;
  const { t } = useTranslation();
  const video = useRef<HTMLVideoElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const link = useFilmLink(film, onLinkDead);
  const watchable = film.playable && !link.broken;
  const first = film.id === results.video.id;
  const [begin] = useState(clock.time);
  useDrawing(canvas, props);
  useEffect(() => (watchable && video.current ? clock.attach(video.current, ahead) : undefined), [clock, watchable, ahead]);
  useEffect(() => {
    if (video.current) video.current.playbackRate = rate;
  }, [rate]);

  const pick = (event: PointerEvent<HTMLCanvasElement>) => {
    const area = event.currentTarget.getBoundingClientRect();
    const fit = containFit(film, area);
    const point = toImage(fit, [event.clientX - area.left, event.clientY - area.top]);
    const hit = boxAt(overlay.frameAt(clock.time)?.boxes ?? [], point, TOUCH_MARGIN_PX / (fit.scale || 1));
    if (hit) onSelect(hit.trackId);
    else clock.toggle();
  };

  return (
    <div>
      <div
        className="relative max-h-[74vh] w-full overflow-hidden bg-pond"
        style={{ aspectRatio: `${film.width} / ${film.height}` }}
      >
        <video
          ref={video}
          src={link.src}
          className="absolute inset-0 size-full object-contain"
          playsInline
          muted
          preload="auto"
          aria-label={t("video.label")}
          onPlay={() => onPlaying(true)}
          onPause={() => onPlaying(false)}
          onError={link.failed}
          onLoadedMetadata={(event) => {
            // A renewed link goes on where the old one died, another camera where the one before was: its own first
            // frame may have been told already.
            if (link.renewing) event.currentTarget.currentTime = clock.time + ahead;
            else if (!first || begin > 0) event.currentTarget.currentTime = begin + ahead;
            link.loaded();
            event.currentTarget.playbackRate = rate;
          }}
        />
        <canvas ref={canvas} className="absolute inset-0 size-full cursor-pointer touch-manipulation" onPointerUp={pick} aria-hidden="true" />
        {props.children}
        {overlay.loading && (
          <span role="status" className="absolute top-3 left-3 rounded-full bg-pond/85 px-3 py-1 text-xs font-semibold text-on-pond">
            {t("video.loadingOverlay")}
          </span>
        )}
      </div>
      {!film.codec && (
        <Suspense>
          <NoFilm sessionId={results.session_id} onMade={onLinkDead} />
        </Suspense>
      )}
      {film.codec && !watchable && (
        <Banner tone={film.faces === "being_made" ? "info" : "warn"} className="m-3">
          <NotShown film={film} />
        </Banner>
      )}
      {overlay.failed && <Banner tone="warn" className="m-3">{t("video.overlayFailed")}</Banner>}
    </div>
  );
}
