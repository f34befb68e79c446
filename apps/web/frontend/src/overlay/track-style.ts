import type { Track } from "@/api/types";
import type { TrackStyle } from "./draw";

/** Told apart on grass by people with any colour vision; the name beside each is the sure sign. */
const PALETTE = ["#4cc9f0", "#ffd166", "#ff7fa8", "#8ce99a", "#c0a6ff", "#ff9f5a", "#5eead4", "#f4f1de"] as const;

const LIGHTNESS_MIN = 0.35;

/** A shirt so dark that its colour would not show as a line gets one of the palette instead. */
function tooDark(color: string): boolean {
  const channel = (at: number) => Number.parseInt(color.slice(at, at + 2), 16) / 255;
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5) < LIGHTNESS_MIN;
}

function paletteColor(trackId: number): string {
  return PALETTE[Math.abs(trackId) % PALETTE.length]!;
}

export function trackColor({ track_id, color }: Pick<Track, "track_id" | "color">): string {
  return color && !tooDark(color) ? color : paletteColor(track_id);
}

/** Style by track id, for tracks of the results and for one that is newer than them. */
export function stylesFor(tracks: readonly Track[], nameOf: (track: Track) => string): (trackId: number) => TrackStyle {
  const styles = new Map(tracks.map((track) => [track.track_id, { color: trackColor(track), name: nameOf(track) }]));
  return (trackId) => styles.get(trackId) ?? { color: paletteColor(trackId), name: `#${trackId}` };
}
