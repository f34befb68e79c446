import { Crosshair, RotateCcw, RotateCw, ZoomIn, ZoomOut, type LucideIcon } from "lucide-react";
import { useCallback, useEffect, useRef, useState, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import type { BodyClip } from "@/api/scans";
import type { SkeletonLayout } from "@/api/types";
import { Banner } from "@/components/banner";
import { Button } from "@/components/button";
import { token } from "@/components/chart/style";
import { usePreferences } from "@/hooks/use-preferences";
import type { VideoClock } from "@/overlay/clock";
import type { TrackStyle } from "@/overlay/draw";
import { SpaceScene, type Turn } from "@/space/scene";
import { peopleAt, type SpaceWindow } from "@/space/skeletons";

interface SpaceViewProps {
  clock: VideoClock;
  clip: BodyClip | null;
  /** Whether the clip's ground is the pitch's or the cameras', not unknown. */
  grounded: boolean;
  windows: readonly SpaceWindow[];
  skeleton: SkeletonLayout | null;
  styleOf: (trackId: number) => TrackStyle;
  selected: number | null;
  loading: boolean;
  label: string;
}

const NO_SKELETON: SkeletonLayout = { name: "", keypoints: [], limbs: [] };

const BUTTONS = [
  { turn: "left", icon: RotateCcw },
  { turn: "right", icon: RotateCw },
  { turn: "in", icon: ZoomIn },
  { turn: "out", icon: ZoomOut },
  { turn: "reset", icon: Crosshair },
] as const satisfies readonly { turn: Turn; icon: LucideIcon }[];

const KEYS: Record<string, Turn> = {
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "up",
  ArrowDown: "down",
  "+": "in",
  "=": "in",
  "-": "out",
  Home: "reset",
};

const lines = () => token("--c-line-strong");

/** One scene for as long as the canvas is there; null before, and where the browser has no WebGL. */
function useScene(canvas: React.RefObject<HTMLCanvasElement | null>) {
  const { theme } = usePreferences();
  const [scene, setScene] = useState<SpaceScene | null>(null);
  const [missing, setMissing] = useState(false);
  useEffect(() => {
    const element = canvas.current!;
    let made: SpaceScene;
    try {
      made = new SpaceScene(element, lines());
    } catch {
      setMissing(true);
      return;
    }
    setScene(made);
    const observer = new ResizeObserver(() => made.resize(element.clientWidth, element.clientHeight));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.dispose();
    };
  }, [canvas]);
  useEffect(() => {
    if (!scene) return;
    const paint = () => scene.paint(lines());
    paint();
    const dark = matchMedia("(prefers-color-scheme: dark)");
    dark.addEventListener("change", paint);
    return () => dark.removeEventListener("change", paint);
  }, [scene, theme]);
  return { scene, missing };
}

/** A body or joints in space at the film's moment, turned by pointer, touch, keys or buttons. Nothing moves by itself. */
export default function SpaceView({ clock, clip, grounded, windows, skeleton, styleOf, selected, loading, label }: SpaceViewProps) {
  const { t } = useTranslation();
  const canvas = useRef<HTMLCanvasElement>(null);
  const { scene, missing } = useScene(canvas);
  const [shown, setShown] = useState(true);
  const [broken, setBroken] = useState(false);

  const show = useCallback(
    (time: number) => {
      if (!scene) return;
      const worn = scene.showBody(time);
      const people = [...peopleAt(windows, time)]
        .filter(([track]) => !(worn && track === selected))
        .map(([track, joints]) => ({ joints, color: styleOf(track).color, selected: track === selected }));
      scene.showPeople(people, skeleton ?? NO_SKELETON, { follow: !worn });
      setShown(worn || people.length > 0);
    },
    [scene, windows, selected, styleOf, skeleton],
  );
  useEffect(() => {
    show(clock.time);
    return clock.subscribe(show);
  }, [clock, show]);
  useEffect(() => scene?.ground(grounded), [scene, grounded]);

  const latest = useRef(show);
  latest.current = show;
  useEffect(() => {
    setBroken(false);
    void scene?.wear(clip).then(
      () => latest.current(clock.time),
      () => setBroken(true),
    );
  }, [scene, clip, clock]);

  const onKey = (event: KeyboardEvent) => {
    const turn = KEYS[event.key];
    if (!turn || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    scene?.look(turn);
  };

  if (missing) return <Banner tone="warn" title={t("space.noWebgl.title")}>{t("space.noWebgl.text")}</Banner>;
  return (
    <div className="space-y-2">
      <div className="relative aspect-square max-h-[62vh] w-full overflow-hidden rounded-field bg-sunken sm:aspect-4/3 xl:aspect-square">
        <canvas
          ref={canvas}
          tabIndex={0}
          role="application"
          aria-label={label}
          aria-describedby="space-keys"
          onKeyDown={onKey}
          className="absolute inset-0 size-full cursor-grab touch-none rounded-field outline-offset-[-3px] active:cursor-grabbing"
        />
        {(loading || !shown) && (
          <p role="status" className="pointer-events-none absolute inset-x-0 top-3 mx-auto w-fit max-w-[90%] rounded-full bg-pond/85 px-3 py-1 text-center text-xs font-semibold text-on-pond">
            {t(loading ? "space.loading" : "space.nothing")}
          </p>
        )}
      </div>
      <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
        <p id="space-keys" className="min-w-40 flex-1 text-xs text-muted">
          {t("space.keys")}
        </p>
        <div className="-m-1 flex">
          {BUTTONS.map(({ turn, icon: Icon }) => (
            <Button key={turn} look="quiet" size="icon" aria-label={t(`space.turn.${turn}`)} onClick={() => scene?.look(turn)}>
              <Icon className="size-4.5" aria-hidden="true" />
            </Button>
          ))}
        </div>
      </div>
      {broken && <Banner tone="bad">{t("space.broken")}</Banner>}
    </div>
  );
}
