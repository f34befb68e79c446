import { Radio } from "lucide-react";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { CheckField } from "@/components/field";
import { KEYPOINTS, LIMBS } from "@/live/messages";
import type { Moment } from "@/live/playout";
import type { Film } from "@/hooks/use-live-show";
import { drawScene, type Layers, type TrackStyle } from "@/overlay/draw";
import { containFit } from "@/overlay/geometry";
import { formatNumber } from "@/units/format";
import { usePreferences } from "@/hooks/use-preferences";
import { localUs } from "@/live/clock-sync";
import { Picture } from "./picture";

const SKELETON = { name: "coco-17", keypoints: Array.from({ length: KEYPOINTS }, (_, i) => String(i)), limbs: [...LIMBS] };
/** Nothing new for so long: boxes of then would stand on players of now. */
const STALE_US = 3_000_000;
const CHECK_PAUSE_MS = 500;
const CHOICES = ["boxes", "names", "skeleton"] as const;

interface StageProps {
  film: Film;
  stream: MediaStream | null;
  videoRef: (video: HTMLVideoElement | null) => void;
  styleOf: (trackId: number) => TrackStyle;
  /** Server clock minus this one [µs]. */
  offsetUs: number;
  /** What to do when no pictures come in. */
  empty?: ReactNode;
}

function contextOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const ratio = devicePixelRatio || 1;
  const [width, height] = [Math.round(canvas.clientWidth * ratio), Math.round(canvas.clientHeight * ratio)];
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const ctx = canvas.getContext("2d")!;
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  return ctx;
}

function drawGround(ctx: CanvasRenderingContext2D, width: number, height: number): void {
  ctx.fillStyle = "#0b3238";
  ctx.fillRect(0, 0, width, height);
}

/** Draw each moment with its own picture, as the playout has it. Answers how it stands, some times a second. */
function useFilm(canvas: React.RefObject<HTMLCanvasElement | null>, layers: Layers, { film: { playout, pictures }, styleOf, offsetUs, stream }: StageProps) {
  const [standing, setStanding] = useState<{ behindS: number | null; staleS: number | null }>({ behindS: null, staleS: null });
  const wish = useRef({ layers, styleOf, offsetUs });
  wish.current = { layers, styleOf, offsetUs };
  useEffect(() => {
    let shown: Moment | null = null;
    let bitmap: ImageBitmap | null = null;
    let bitmapUs = 0;
    let decoding = false;
    let stopped = false;
    let handle = 0;

    const paint = () => {
      const element = canvas.current;
      if (!element || !shown) return;
      const ctx = contextOf(element);
      const area = { width: element.clientWidth, height: element.clientHeight };
      const fit = containFit(shown, area);
      ctx.clearRect(0, 0, area.width, area.height);
      if (bitmap) ctx.drawImage(bitmap, fit.x, fit.y, shown.width * fit.scale, shown.height * fit.scale);
      else drawGround(ctx, area.width, area.height);
      const { layers: chosen, styleOf: style } = wish.current;
      // Which picture stands here, for whoever compares it with what was found in it.
      element.dataset.takenUs = String(shown.takenUs);
      drawScene(ctx, { frame: shown.frame, recent: [], t: shown.frame.t, fit, layers: chosen, styleOf: style, skeleton: SKELETON, selected: null });
    };

    const step = async (now: number) => {
      if (stopped) return;
      handle = requestAnimationFrame((at) => void step(at));
      if (decoding) return;
      const moment = playout.next(now, (from, to) => pictures.times(from, to));
      const late = moment ? localUs() + wish.current.offsetUs - playout.newest!.takenUs : 0;
      if (!moment || late > STALE_US) {
        if (shown && canvas.current) contextOf(canvas.current).clearRect(0, 0, canvas.current.clientWidth, canvas.current.clientHeight);
        shown = null;
        return;
      }
      const picture = pictures.at(moment.takenUs);
      if (picture && bitmapUs !== moment.takenUs) {
        decoding = true;
        const next = await createImageBitmap(picture).catch(() => null);
        decoding = false;
        if (stopped) return next?.close();
        bitmap?.close();
        [bitmap, bitmapUs] = [next, moment.takenUs];
      } else if (!picture) {
        bitmap?.close();
        bitmap = null;
      }
      shown = moment;
      paint();
    };
    handle = requestAnimationFrame((at) => void step(at));
    const timer = setInterval(() => {
      const nowUs = localUs() + wish.current.offsetUs;
      const lateUs = playout.newest ? nowUs - playout.newest.takenUs : null;
      setStanding({
        behindS: shown ? (nowUs - shown.takenUs) / 1e6 : null,
        staleS: lateUs !== null && lateUs > STALE_US ? Math.round(lateUs / 1e6) : null,
      });
    }, CHECK_PAUSE_MS);
    return () => {
      stopped = true;
      cancelAnimationFrame(handle);
      clearInterval(timer);
      bitmap?.close();
    };
  }, [canvas, playout, pictures, stream]);
  return standing;
}

/** The film with its overlay; the camera's own picture until there is one, and when results stay away. */
export function LiveStage(props: StageProps) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [layers, setLayers] = useState<Layers>({ boxes: true, names: true, skeleton: true, trails: false, ball: false });
  const { behindS, staleS } = useFilm(canvas, layers, props);
  const { stream, videoRef, empty } = props;
  const state =
    staleS !== null
      ? t(stream ? "live.stage.stale" : "live.stage.silent", { seconds: staleS })
      : behindS !== null
        ? t("live.stage.behind", { seconds: formatNumber(Math.max(0, behindS), language, 1) })
        : t(stream ? "live.stage.waiting" : "live.stage.noPictures");
  return (
    <figure>
      <div className="relative aspect-video w-full overflow-hidden bg-pond">
        {stream && <Picture ref={videoRef} stream={stream} label={t("live.stage.label")} className="absolute inset-0 size-full" />}
        <canvas ref={canvas} className="absolute inset-0 size-full" role="img" aria-label={t("live.stage.label")} data-testid="live-overlay" />
        {behindS === null && stream && (
          <span className="absolute top-3 left-3 rounded-full bg-pond/85 px-3 py-1 text-sm font-semibold text-on-pond">{state}</span>
        )}
        {behindS === null && !stream && (
          <div className="on-pond absolute inset-0 grid place-content-center justify-items-center gap-3 p-6 text-center text-on-pond">
            <Radio className="size-10 text-on-pond-muted" aria-hidden="true" />
            <p className="font-semibold">{state}</p>
            {empty}
          </div>
        )}
      </div>
      <figcaption className="flex flex-wrap items-center justify-between gap-x-6 px-4 py-2 text-sm text-muted">
        <span className="py-1">
          {behindS !== null && (
            <>
              {state}. {t("live.stage.predicted")}
            </>
          )}
        </span>
        <span className="flex gap-x-5">
          {CHOICES.map((layer) => (
            <CheckField
              key={layer}
              label={t(`live.stage.${layer}`)}
              checked={layers[layer]}
              onChange={({ target }) => setLayers((now) => ({ ...now, [layer]: target.checked }))}
            />
          ))}
        </span>
      </figcaption>
    </figure>
  );
}
