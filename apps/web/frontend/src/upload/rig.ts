/**
 * What can be known about films of several cameras and their calibration before anything travels. The server judges the
 * numbers; here it is only read which cameras a calibration names, so that each film can be given one of them.
 */
import type { MultiviewScanInput } from "@/api/types";
import { checkFile, type FileProblem } from "./checks";

export const MIN_FILMS = 2;
export const MAX_FILMS = 8;
export const MAX_CALIBRATION_BYTES = 200_000;
const CAMERA_NAME = /^[A-Za-z0-9][A-Za-z0-9 ._-]{0,39}$/;

export interface RigFilm {
  id: number;
  file: File;
  camera: string;
}

/** Where the cameras stand: one file for all, a kept one, or one file for each camera. */
export type RigSource =
  | { kind: "file"; name: string; text: string; cameras: readonly string[] }
  | { kind: "kept"; id: string; cameras: readonly string[] }
  | { kind: "each"; parts: Readonly<Record<number, CameraPart>> };

/** One camera as the API takes it in JSON: turn and shift from the world to the camera, metres. */
export interface CameraNumbers {
  K: number[][];
  dist: number[];
  R: number[];
  t: number[];
  size: [number, number];
}

export interface CameraPart {
  name: string;
  numbers: CameraNumbers;
}

export type RigSync = "auto" | "timestamps" | "offsets";

export interface RigDraft {
  films: readonly RigFilm[];
  source: RigSource | null;
  sync: RigSync;
  /** By film; as typed. */
  offsets: Readonly<Record<number, string>>;
}

export type FilmProblem = FileProblem | "noName" | "badName" | "sameName" | "notCalibrated" | "noPart" | "noOffset";

/** A name for a camera from its film's: what a calibration calls it where it does, else the file's own. */
export function cameraFor(fileName: string, taken: readonly string[], known: readonly string[]): string {
  const stem = fileName.replace(/\.[^.]+$/, "");
  const free = known.filter((name) => !taken.includes(name));
  const plain = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, "");
  const named = [...free].sort((a, b) => b.length - a.length).find((name) => plain(stem).includes(plain(name)));
  if (named) return named;
  if (known.length > 0) return "";
  const made = stem.replace(/[^A-Za-z0-9 ._-]/g, "-").replace(/^[^A-Za-z0-9]+/, "").slice(0, 40);
  return taken.includes(made) ? "" : made;
}

/** What is wrong with a film of the draft; the first thing a coach should mend. */
export function filmProblem(film: RigFilm, draft: RigDraft): FilmProblem | null {
  const file = checkFile(film.file);
  if (file) return file;
  const camera = film.camera.trim();
  if (!camera) return "noName";
  if (!CAMERA_NAME.test(camera)) return "badName";
  if (draft.films.some((other) => other.id !== film.id && other.camera.trim() === camera)) return "sameName";
  const { source } = draft;
  if (source && source.kind !== "each" && !source.cameras.includes(camera)) return "notCalibrated";
  if (source?.kind === "each" && !source.parts[film.id]) return "noPart";
  if (draft.sync === "offsets" && Number.isNaN(offsetOf(draft.offsets[film.id]))) return "noOffset";
  return null;
}

export type DraftProblem = "tooFew" | "tooMany" | "films" | "noCalibration";

/** Why the scan cannot start yet; null when it can. */
export function draftProblem(draft: RigDraft): DraftProblem | null {
  if (draft.films.length < MIN_FILMS) return "tooFew";
  if (draft.films.length > MAX_FILMS) return "tooMany";
  if (!draft.source) return "noCalibration";
  return draft.films.some((film) => filmProblem(film, draft) !== null) ? "films" : null;
}

/** Seconds by which a camera's clock is ahead, as typed; NaN when it is no number. */
export function offsetOf(typed: string | undefined): number {
  const text = (typed ?? "").trim().replace(",", ".").replace("−", "-");
  return text === "" ? Number.NaN : Number(text);
}

/** The part of a request that says where the cameras stand and how their clocks are matched. */
export function rigInput(draft: RigDraft): Pick<MultiviewScanInput, "sync" | "offsets_s" | "calibration" | "calibration_id"> {
  const { source, sync } = draft;
  const offsets = Object.fromEntries(draft.films.map(({ id, camera }) => [camera.trim(), offsetOf(draft.offsets[id])]));
  const clocks = sync === "offsets" ? { sync, offsets_s: offsets } : { sync };
  if (source?.kind === "kept") return { ...clocks, calibration_id: source.id };
  if (source?.kind === "file") return { ...clocks, calibration: source.text };
  const parts = source?.parts ?? {};
  const cameras = Object.fromEntries(draft.films.map(({ id, camera }) => [camera.trim(), parts[id]!.numbers]));
  return { ...clocks, calibration: JSON.stringify({ cameras }) };
}

/** The cameras that a `Calib.toml` or a JSON rig names; empty when the text is neither. */
export function camerasIn(text: string): string[] {
  return text.trimStart().startsWith("{") ? camerasInJson(text) : camerasInToml(text);
}

function camerasInJson(text: string): string[] {
  try {
    const { cameras } = JSON.parse(text) as { cameras?: unknown };
    return cameras && typeof cameras === "object" && !Array.isArray(cameras) ? Object.keys(cameras) : [];
  } catch {
    return [];
  }
}

function camerasInToml(text: string): string[] {
  // A table is a camera where it has a matrix; its own name counts, else the table's.
  return text.split(/^(?=\s*\[[^[\]]+\]\s*(?:#.*)?$)/m).flatMap((table) => {
    const key = /^\s*\[\s*"?([^\]"]+?)"?\s*\]/.exec(table)?.[1];
    if (!key || !/^\s*matrix\s*=/m.test(table)) return [];
    return [/^\s*name\s*=\s*["']([^"']*)["']/m.exec(table)?.[1] ?? key];
  });
}

/** Numbers of an OpenCV matrix (`camera_matrix: !!opencv-matrix … data: [ … ]`) or of a plain list. */
function matrixIn(text: string, key: string): number[] | null {
  const found = new RegExp(`^${key}\\s*:(?:\\s*!!opencv-matrix[\\s\\S]*?data\\s*:)?\\s*\\[([^\\]]*)\\]`, "m").exec(text);
  const numbers = found?.[1]!.split(",").map((part) => Number(part.trim()));
  return numbers && numbers.length > 0 && numbers.every((number) => Number.isFinite(number)) ? numbers : null;
}

function numberIn(text: string, key: string): number {
  return Number(new RegExp(`^${key}\\s*:\\s*([-+.\\deE]+)`, "m").exec(text)?.[1]);
}

export type PartProblem = "notOpenCv" | "noPlace";

/**
 * A camera of OpenCV's calibration sample: `camera_matrix`, `distortion_coefficients`, `image_width`, `image_height`,
 * `rvec`, `tvec` [m]. Without the last two nobody knows where it stands.
 */
export function readOpenCvYaml(text: string): CameraNumbers | PartProblem {
  const [matrix, dist] = [matrixIn(text, "camera_matrix"), matrixIn(text, "distortion_coefficients")];
  const size: [number, number] = [numberIn(text, "image_width"), numberIn(text, "image_height")];
  if (matrix?.length !== 9 || !dist || !size.every((side) => side >= 1)) return "notOpenCv";
  const [turn, shift] = [matrixIn(text, "rvec"), matrixIn(text, "tvec")];
  if (turn?.length !== 3 || shift?.length !== 3) return "noPlace";
  return { K: [matrix.slice(0, 3), matrix.slice(3, 6), matrix.slice(6)], dist, R: turn, t: shift, size };
}
