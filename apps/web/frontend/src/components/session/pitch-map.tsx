import { useTranslation } from "react-i18next";
import type { Pitch, Point } from "@/api/types";
import { ErrorState, Skeleton } from "@/components/states";
import { usePitch, useUsedCalibration } from "@/hooks/use-calibration";
import { useClockTime } from "@/hooks/use-clock";
import type { Overlay } from "@/hooks/use-overlay";
import type { VideoClock } from "@/overlay/clock";
import type { TrackStyle } from "@/overlay/draw";
import { PitchLines, pitchFrame } from "@/components/calibration/pitch-lines";

interface PitchMapProps {
  calibrationId: string;
  clock: VideoClock;
  overlay: Overlay;
  styleOf: (trackId: number) => TrackStyle;
  selected: number | null;
  onSelect: (trackId: number) => void;
}

/** Large enough to click, about as wide as a player's reach. */
const DOT_RADIUS_M = 1.3;

function Dots({ pitch, clock, overlay, styleOf, selected, onSelect }: PitchMapProps & { pitch: Pitch }) {
  const { t } = useTranslation();
  const time = useClockTime(clock, 66);
  const positions = overlay.frameAt(time)?.world ?? [];
  const frame = pitchFrame(pitch);
  const place = ([x, y]: Point): Point => [x, frame.flip - y];
  return (
    <>
      <svg viewBox={frame.viewBox} className="w-full rounded-field bg-[#2f6b4f]" role="img" aria-label={t("pitchMap.label")}>
        <PitchLines pitch={pitch} className="stroke-white/80" />
        {positions.map(({ trackId, xy, sigma }) => {
          const [x, y] = place(xy);
          const { color, name } = styleOf(trackId);
          return (
            <g key={trackId} onClick={() => onSelect(trackId)} className="cursor-pointer">
              {sigma !== null && <circle cx={x} cy={y} r={2 * sigma} fill={color} fillOpacity={0.25} />}
              <circle
                cx={x}
                cy={y}
                r={DOT_RADIUS_M}
                fill={color}
                stroke={trackId === selected ? "#ffffff" : "#06231c"}
                strokeWidth={trackId === selected ? 0.5 : 0.25}
              />
              <text x={x} y={y - 2} textAnchor="middle" fontSize={3.2} fontWeight={600} fill="#ffffff">
                {name}
              </text>
            </g>
          );
        })}
      </svg>
      {positions.length === 0 && <p className="mt-3 text-sm text-muted">{t("pitchMap.nobody")}</p>}
    </>
  );
}

/** The pitch from above with everybody's place at the shown moment; the halo is two standard errors wide. */
export function PitchMap(props: PitchMapProps) {
  const calibration = useUsedCalibration(props.calibrationId);
  const pitch = usePitch(calibration.data?.pitch, calibration.isFetched);
  if (pitch.isPending) return <Skeleton className="aspect-3/2" />;
  if (pitch.isError) return <ErrorState error={pitch.error} retry={() => void pitch.refetch()} />;
  return <Dots {...props} pitch={pitch.data} />;
}
