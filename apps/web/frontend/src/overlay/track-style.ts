import type { Track } from "@/api/types";
import type { TrackStyle } from "./draw";

/** Told apart on grass by people with any colour vision; the name beside each is the sure sign. */
const PALETTE = ["#4cc9f0", "#ffd166", "#ff7fa8", "#8ce99a", "#c0a6ff", "#ff9f5a", "#5eead4", "#f4f1de"] as const;

/** As light as a line must be to show on grass (luma, 0 to 1). */
const MIN_LUMA = 0.6;

function paletteColor(trackId: number): string {
  return PALETTE[Math.abs(trackId) % PALETTE.length]!;
}

/** A shirt's colour, mixed with white until it shows as a line: navy stays bluish, black becomes grey. */
export function readable(color: string): string {
  const channels = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
  const [r, g, b] = channels as [number, number, number];
  const luma = (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255;
  const white = luma >= MIN_LUMA ? 0 : (MIN_LUMA - luma) / (1 - luma);
  const mixed = channels.map((channel) => Math.round(channel + (255 - channel) * white));
  return `#${mixed.map((channel) => channel.toString(16).padStart(2, "0")).join("")}`;
}

export function trackColor({ track_id, color }: Pick<Track, "track_id" | "color">): string {
  return color ? readable(color) : paletteColor(track_id);
}

/** What stands beside a player in the film: the name, or the track's number, which is short. */
function shortName({ player, track_id }: Track): string {
  return player?.display_name ?? String(track_id);
}

/** Style by track id, for tracks of the results and for one that is newer than them. */
export function stylesFor(tracks: readonly Track[]): (trackId: number) => TrackStyle {
  const styles = new Map(tracks.map((track) => [track.track_id, { color: trackColor(track), name: shortName(track) }]));
  return (trackId) => styles.get(trackId) ?? { color: paletteColor(trackId), name: String(trackId) };
}
