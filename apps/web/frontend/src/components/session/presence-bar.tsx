import { useTranslation } from "react-i18next";
import type { Track } from "@/api/types";
import { trackColor } from "@/overlay/track-style";
import { formatClock } from "@/units/format";

/** When a player is in the picture: what is left of a timeline when there are no metres for a speed. */
export function PresenceBar({ track, name, duration }: { track: Track; name: string; duration: number }) {
  const { t } = useTranslation();
  const percent = (seconds: number) => `${(Math.min(seconds, duration) / duration) * 100}%`;
  const span = `${formatClock(track.start_s)}–${formatClock(track.end_s)}`;
  return (
    <div role="img" aria-label={`${t("timeline.presence", { name })}: ${span}`}>
      <div className="relative h-3 rounded-full bg-sunken">
        <div
          className="absolute inset-y-0 rounded-full"
          style={{ left: percent(track.start_s), width: percent(track.end_s - track.start_s), minWidth: "3px", background: trackColor(track) }}
        />
      </div>
    </div>
  );
}
