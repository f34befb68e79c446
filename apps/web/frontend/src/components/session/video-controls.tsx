import { Layers as LayersIcon, Maximize, Pause, PencilLine, Play, StepBack, StepForward } from "lucide-react";
import { Slider } from "radix-ui";
import { lazy, Suspense, type RefObject } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/button";
import { useClockTime } from "@/hooks/use-clock";
import type { VideoClock } from "@/overlay/clock";
import type { Layers } from "@/overlay/draw";
import { formatClock } from "@/units/format";

const LayerMenu = lazy(() => import("./layer-menu"));

const RATES = [0.1, 0.25, 0.5, 1, 2] as const;

interface ControlsProps {
  clock: VideoClock;
  playing: boolean;
  rate: number;
  onRate: (rate: number) => void;
  layers: Layers;
  onLayers: (layers: Layers) => void;
  stage: RefObject<HTMLElement | null>;
  /** Begin to draw on the picture; absent for whoever may not. */
  onDraw?: () => void;
}

function SeekBar({ clock }: { clock: VideoClock }) {
  const { t } = useTranslation();
  const time = useClockTime(clock);
  return (
    <Slider.Root
      value={[time]}
      min={0}
      max={clock.duration}
      step={1 / clock.fps}
      onValueChange={([value]) => clock.seek(value!)}
      className="relative flex h-6 w-full touch-none items-center"
    >
      <Slider.Track className="relative h-1.5 grow overflow-hidden rounded-full bg-sunken">
        <Slider.Range className="absolute h-full bg-accent" />
      </Slider.Track>
      <Slider.Thumb
        aria-label={t("video.seek")}
        aria-valuetext={formatClock(time, 2)}
        className="block size-4.5 rounded-full border-2 border-accent bg-surface shadow"
      />
    </Slider.Root>
  );
}

function Shown({ clock }: { clock: VideoClock }) {
  const { t } = useTranslation();
  const time = useClockTime(clock);
  return (
    <p className="figure ml-2 text-sm whitespace-nowrap">
      <span className="font-semibold">{formatClock(time, 2)}</span>
      <span className="text-muted"> / {formatClock(clock.duration, 2)}</span>
      <span className="ml-2 hidden text-muted sm:inline">{t("video.frame", { frame: Math.round(time * clock.fps) })}</span>
    </p>
  );
}

/** Everything that moves the film: play, step, slow motion, seek; and which layers lie over it. */
export function VideoControls({ clock, playing, rate, onRate, layers, onLayers, stage, onDraw }: ControlsProps) {
  const { t } = useTranslation();
  const layersButton = (
    <Button look="quiet" size="sm">
      <LayersIcon className="size-5" aria-hidden="true" />
      <span className="max-sm:sr-only">{t("video.layers")}</span>
    </Button>
  );
  return (
    <div className="space-y-1 px-3 pt-2 pb-3 sm:px-4">
      <SeekBar clock={clock} />
      <div className="flex flex-wrap items-center gap-x-1 gap-y-2">
        <Button look="quiet" size="icon" aria-label={t("video.back")} onClick={() => clock.step(-1)}>
          <StepBack className="size-5" aria-hidden="true" />
        </Button>
        <Button look="primary" size="icon" className="rounded-full!" aria-label={t(playing ? "video.pause" : "video.play")} onClick={() => clock.toggle()}>
          {playing ? <Pause className="size-5" aria-hidden="true" /> : <Play className="size-5 translate-x-px" aria-hidden="true" />}
        </Button>
        <Button look="quiet" size="icon" aria-label={t("video.forward")} onClick={() => clock.step(1)}>
          <StepForward className="size-5" aria-hidden="true" />
        </Button>
        <Shown clock={clock} />
        <div className="ml-auto flex items-center gap-1">
          <label className="sr-only" htmlFor="playback-rate">
            {t("video.speed")}
          </label>
          <select
            id="playback-rate"
            value={rate}
            onChange={(event) => onRate(Number(event.target.value))}
            className="figure min-h-11 rounded-field bg-transparent px-2 text-sm font-semibold text-muted hover:bg-sunken"
          >
            {RATES.map((value) => (
              <option key={value} value={value}>
                {value}×
              </option>
            ))}
          </select>
          <Suspense fallback={layersButton}>
            <LayerMenu trigger={layersButton} layers={layers} onLayers={onLayers} />
          </Suspense>
          {onDraw && (
            <Button look="quiet" size="icon" aria-label={t("video.draw")} onClick={onDraw}>
              <PencilLine className="size-5" aria-hidden="true" />
            </Button>
          )}
          <Button look="quiet" size="icon" aria-label={t("video.fullscreen")} onClick={() => void stage.current?.requestFullscreen()}>
            <Maximize className="size-5" aria-hidden="true" />
          </Button>
        </div>
      </div>
    </div>
  );
}
