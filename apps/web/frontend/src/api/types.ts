/** What the API answers, by the names the pages use. */
export type Units = "m/s" | "km/h" | "mph";

export type Role = "owner" | "coach" | "analyst" | "player" | "guardian";

export interface Team {
  id: string;
  name: string;
  club: string;
  age_group: string;
}

export interface Me {
  id: string;
  email: string;
  name: string;
  language: string;
  units: string;
  memberships: { team: Team; role: Role }[];
}

export interface PlayerRef {
  id: string;
  display_name: string;
}

export interface Player extends PlayerRef {
  team_id: string;
  external_id: string | null;
  first_name: string;
  last_name: string;
  date_of_birth: string | null;
  age_years: number | null;
  position: string;
  jersey_number: number | null;
  height_cm: number | null;
  weight_kg: number | null;
  dominant_foot: string;
  sex: string;
  consent: { given: boolean; given_at: string | null };
}

export type JobStatus = "queued" | "running" | "completed" | "failed" | "cancelled";
export type SessionType = "training" | "match" | "analysis";
export type Grade = "A" | "B" | "C" | "D";

export interface SessionListItem {
  id: string;
  team_id: string;
  player: PlayerRef | null;
  session_type: SessionType;
  title: string;
  description: string;
  start: string | null;
  status: string;
  synthetic: boolean;
  thumbnail_url: string | null;
  job: { job_id: string; status: JobStatus; progress: number; step: string | null } | null;
  kpis: { max_speed_mps: number | null; total_distance_m: number | null; grade: Grade | null } | null;
  created_at: string;
}

export interface SessionDetail extends SessionListItem {
  notes: unknown;
  metadata: Record<string, unknown>;
}

export type StepStatus = "pending" | "running" | "completed" | "failed" | "skipped" | "cancelled";

export interface StepState {
  name: string;
  label: string;
  status: StepStatus;
  progress: number;
  started_at: string | null;
  ended_at: string | null;
  duration_s: number | null;
  device: string | null;
  windows_done: number | null;
  windows_total: number | null;
  attempt: number;
  error: string | null;
}

export interface ScanError {
  code: string;
  message: string;
}

export interface ScanStatus {
  job_id: string;
  session_id: string;
  status: JobStatus;
  progress: number;
  step: string | null;
  steps: StepState[];
  eta_s: number | null;
  error: ScanError | string | null;
  version?: number;
  created_at: string;
  ended_at: string | null;
}

export interface Preset {
  key: "fast" | "standard" | "full";
  name: string;
  description: string;
  estimate_s: number | null;
  estimate_basis: string;
}

export interface Track {
  track_id: number;
  player: PlayerRef | null;
  team: "a" | "b" | "referee" | "goalkeeper" | "unknown";
  color: string | null;
  start_s: number;
  end_s: number;
  frames: number;
  coverage: number;
  corrected: boolean;
}

export interface SkeletonLayout {
  name: string;
  keypoints: string[];
  limbs: [number, number][];
}

export interface ScanResults {
  job_id: string;
  session_id: string;
  video: {
    url: string;
    width: number;
    height: number;
    fps: number;
    frames: number;
    duration_s: number;
    codec: string;
    playable: boolean;
    warnings: string[];
  };
  calibration: CalibrationSummary | null;
  scale_source: string;
  models: { key: string; version: string; sha256: string }[];
  tracks: Track[];
  skeleton: SkeletonLayout;
  warnings: string[];
  arrays: { window_s: number; url: string };
}

export type Point = [number, number];

/** One time window of arrays, column by column; a missing number is null. */
export interface ScanArrays {
  tracks?: {
    frame: number[];
    t: number[];
    track_id: number[];
    xyxy: [number, number, number, number][];
    score: number[];
    interpolated: boolean[];
  };
  poses?: { frame: number[]; t: number[]; track_id: number[]; keypoints: (number | null)[][][] };
  ball?: { frame: number[]; t: number[]; xy: (Point | [null, null])[]; score: number[]; interpolated: boolean[] };
  world?: { frame: number[]; t: number[]; track_id: number[]; xy: (Point | [null, null])[]; sigma: (number | null)[] };
}

export interface KpiPresent {
  value: number;
  unit: string;
  low: number | null;
  high: number | null;
  n: number | null;
  coverage: number | null;
}
export type KpiValue = KpiPresent | { absent: string };

export type KpiGroup = "speed" | "distance" | "technical" | "physical";

export interface PlayerKpis {
  track_id: number;
  player: PlayerRef | null;
  grade: Grade | null;
  groups: Partial<Record<KpiGroup, Record<string, KpiValue>>>;
  quality: Record<string, unknown>;
  series: { t_s: number[]; speed_mps: (number | null)[] } | null;
}

export interface SessionKpis {
  session_id: string;
  version: string | number;
  players: PlayerKpis[];
}

export interface KpiDefinition {
  key: string;
  group: KpiGroup;
  unit: string;
  name: string;
  definition: string;
  formula: string;
  sources: string[];
  min_quality: unknown;
  version: string | number;
}

export interface PitchSpec {
  format: string;
  length_m?: number;
  width_m?: number;
}

export interface PitchMark {
  key: string;
  name: string;
  x: number;
  y: number;
}

export interface Pitch {
  formats: { key: string; name: string; length_m: number; width_m: number }[];
  marks: PitchMark[];
  lines: Point[][];
}

export interface CalibrationInput {
  image_size: Point;
  pitch: PitchSpec;
  points: { mark: string; image: Point }[];
  lens: boolean;
}

export interface CalibrationFit {
  error_m: number;
  max_error_m: number;
  residuals_m: number[];
  lines_px: Point[][];
  warnings: string[];
}

export interface CalibrationSummary {
  id: string;
  name: string;
  error_m: number | null;
  max_error_m: number | null;
  pitch?: PitchSpec;
  warnings?: string[];
}

export interface QuickScanInput {
  upload_id: string;
  player_id?: string;
  session_type?: SessionType;
  preset?: string;
  title?: string;
  calibration_id?: string;
}

export interface QuickScanAnswer {
  job_id: string;
  session_id: string;
  status: JobStatus;
  estimate_s: number | null;
}
