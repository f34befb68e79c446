/**
 * The API's answers by the names the pages use. Shapes come from the generated schema; `Narrow` says more where the
 * schema can only say "object" (columns of numbers, groups keyed by figure).
 */
import type { components, paths } from "./schema";

type Schemas = components["schemas"];
type Narrow<Loose, Exact> = Omit<Loose, keyof Exact> & Exact;

export type SpeedUnit = "m/s" | "km/h" | "mph";
export type UnitSystem = Schemas["UnitsEnum"];
/** In what a reader is told figures. */
export interface Units {
  system: UnitSystem;
  speed: SpeedUnit;
}
export type Point = [number, number];
export type Grade = "A" | "B" | "C" | "D";

export type Me = Schemas["MeOutput"];
export type TicketPurpose = Schemas["TicketPurposeEnum"];
export type Player = Schemas["PlayerOutput"];
export type PlayerRef = Schemas["PlayerNameOutput"];

export type SessionType = Schemas["SessionTypeEnum"];
export type JobStatus = Schemas["ScanStatusOutput"]["status"];
export type StepStatus = Schemas["StepOutput"]["status"];

interface SessionSummary {
  job: Narrow<Schemas["SessionJobOutput"], { status: JobStatus }> | null;
  kpis: Narrow<Schemas["SessionKpisOutput"], { grade: Grade | null }> | null;
}
export type SessionListItem = Narrow<Schemas["SessionOutput"], SessionSummary>;
export type SessionDetail = Narrow<Schemas["SessionDetailOutput"], SessionSummary>;

export type StepState = Schemas["StepOutput"];
export type ScanStatus = Schemas["ScanStatusOutput"];
export type Preset = Schemas["PresetOutput"];
export type PresetKey = Schemas["PresetEnum"];
export type QuickScanInput = Schemas["QuickScanInputRequest"];
export type MultiviewScanInput = Schemas["MultiviewScanInputRequest"];
export type QuickScanAnswer = Schemas["ScanStartedOutput"];

export type Track = Schemas["TrackOutput"];
export type SkeletonLayout = Narrow<Schemas["SkeletonOutput"], { limbs: Point[] }>;
export type ScanVideo = Schemas["VideoOutput"];
export type ScanResults = Narrow<
  Schemas["ResultsOutput"],
  { skeleton: SkeletonLayout | null; arrays: { window_s: number; url: string } }
>;
/** The film of one of several cameras. */
export type CameraFilm = Schemas["CameraFilmOutput"];
export type Body = Schemas["BodyOutput"];
/** Which body model to fit, where licensed ones are installed. */
export type BodyGender = Body["gender"];
export type BodyJob = Schemas["BodyJobOutput"];
/** Results of a scan that has got as far as a film. */
export type WatchableResults = Narrow<ScanResults, { video: ScanVideo }>;

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
  points3d?: Points3dArrays;
  body?: BodyArrays;
}

/** Joint angles of fitted bodies, degrees, named in `Body.angles`; a missing number is null. */
export interface BodyArrays {
  t: number[];
  track_id: number[];
  valid: boolean[];
  angles: (number | null)[][];
}

/** Joints in space, metres, z up; a missing number is null. */
export interface Points3dArrays {
  frame: number[];
  t: number[];
  track_id: number[];
  xyz: (number | null)[][][];
}

export interface KpiPresent {
  value: number;
  unit: string;
  low: number | null;
  high: number | null;
  n: number | null;
  coverage: number | null;
  /** Beyond what a human can do: a tracking or calibration fault. */
  implausible?: boolean;
  /** Where a coach should look: a difference between left and right that is more than doubt. */
  flagged?: boolean;
}
export type KpiValue = KpiPresent | { absent: string };
export type KpiGroup = "speed" | "distance" | "technical" | "physical";
export type PlayerKpis = Narrow<
  Schemas["PlayerKpisOutput"],
  {
    grade: Grade | null;
    groups: Partial<Record<KpiGroup, Record<string, KpiValue>>>;
    series: { t_s: number[]; speed_mps: (number | null)[] } | null;
  }
>;
export type SessionKpis = Narrow<Schemas["KpisOutput"], { players: PlayerKpis[] }>;
export type KpiDefinition = Narrow<Schemas["CatalogueEntryOutput"], { version: string | number }>;

export type PitchSpec = Schemas["PitchSizeInputRequest"];
export type PitchFormat = Schemas["FormatEnum"];
export type PitchMark = Schemas["PitchMarkOutput"];
export type Pitch = Narrow<Schemas["PitchOutput"], { lines: Point[][] }>;
export type CalibrationInput = Schemas["CalibrationFitInputRequest"];
export type CalibrationCreateInput = Schemas["CalibrationCreateInputRequest"];
export type CalibrationFit = Narrow<Schemas["CalibrationFitOutput"], { lines_px: Point[][] }>;
export type Calibration = Narrow<Schemas["CalibrationOutput"], { pitch?: PitchSpec }>;

/** A figure of the dashboard: a value, or why there is none. */
export type Figure = Schemas["FigureOutput"];
export type Metric = Schemas["MetricOutput"];
export type Overview = Schemas["OverviewOutput"];
export type TrainingLoad = Schemas["TrainingLoadOutput"];
export type PlayerLoad = Schemas["PlayerLoadOutput"];
export type Trend = Schemas["TrendOutput"];
export type PlayerPage = Schemas["PlayerPageOutput"];
export type PlayerMetric = Schemas["PlayerMetricOutput"];
export type HeatMap = Schemas["HeatMapOutput"];
export type Comparisons = Schemas["ComparisonsOutput"];
export type FeedbackAsked = Schemas["FeedbackAskedOutput"];
export type LiveQuestion = Schemas["LiveQuestionInputRequest"];
export type Member = Schemas["MemberOutput"];
export type Role = Schemas["RoleEnum"];
export type ComparedSessions = Schemas["SessionsCompareOutput"];
export type RecentSession = Schemas["RecentSessionOutput"];
export type RunningJob = Schemas["RunningJobOutput"];
export type PlannedEvent = Schemas["EventOutput"];

export type Measurement = Schemas["MeasurementOutput"];
export type FitnessTest = Schemas["FitnessTestOutput"];
export type Wellness = Schemas["WellnessOutput"];
export type Concussion = Schemas["ConcussionOutput"];
export type Consent = Schemas["ConsentRecordOutput"];
export type ConsentInput = Schemas["ConsentRecordInputRequest"];
export type Guardian = Schemas["GuardianOutput"];
export type Growth = Schemas["GrowthOutput"];

export type SessionLoad = Schemas["SessionLoadOutput"];
export type SessionLoadInput = Schemas["SessionLoadInputRequest"];
export type SessionNote = Schemas["SessionNoteOutput"];
/** One stroke of a drawing, in fractions of the picture. */
export type Stroke = Schemas["StrokeFieldRequest"];
export type Attachment = Schemas["AttachmentOutput"];

export type Team = Schemas["TeamOutput"];
export type CalendarEvent = Schemas["EventOutput"];
export type WrittenEvent = Schemas["EventWrittenOutput"];
export type EventInput = Schemas["EventCreateInputRequest"];
export type EventType = Schemas["EventTypeEnum"];
export type EventStatus = Schemas["EventStatusEnum"];
export type Intensity = Schemas["IntensityEnum"];
export type EventScope = "one" | "following" | "all";
export type Verdict = Schemas["VerdictOutput"];
export type Finding = Schemas["FindingOutput"];
export type Alternative = Schemas["AlternativeOutput"];
export type Drill = Schemas["DrillOutput"];
export type FocusArea = Schemas["FocusAreaEnum"];
export type Proposal = Schemas["ProposalOutput"];
export type RecommendInput = Schemas["RecommendInputRequest"];
export type RecommendAnswer = Schemas["RecommendOutput"];
export type Feed = Schemas["FeedOutput"];
export type NewFeed = Schemas["NewFeedOutput"];

export type Device = Schemas["DeviceOutput"];
export type DeviceType = Schemas["DeviceTypeEnum"];
export type DeviceScope = Schemas["DeviceScopeEnum"];
export type PairingOffer = Schemas["GenerateOutput"];
export type PairingInput = Schemas["GenerateInputRequest"];
export type ConnectInput = Schemas["ConnectInputRequest"];
export type ConnectAnswer = Schemas["ConnectOutput"];

export type LogIn = Schemas["LogInOutput"];
export type ExportLink = Schemas["ExportLinkOutput"];
export type ErasurePlan = Schemas["ErasurePlanOutput"];

export type LiveStartInput = Partial<Schemas["LiveStartInputRequest"]> & Pick<Schemas["LiveStartInputRequest"], "source">;
export type LiveStarted = Schemas["LiveStartedOutput"];
export type LiveStatus = Schemas["LiveStatusOutput"];

export type FeedbackInput = NonNullable<paths["/api/feedback/generate"]["post"]["requestBody"]>["content"]["application/json"];
export type FeedbackType = NonNullable<FeedbackInput["feedback_type"]>;
export type Feedback = Narrow<
  Schemas["FeedbackOutput"],
  { error: { code: string; message: string } | null; my_rating: { rating: number; notes: string } | null }
>;
export type FeedbackEvidence = Schemas["FeedbackEvidenceOutput"];
export type FeedbackTemplate = Schemas["FeedbackTemplateOutput"];
type Written = "summary" | "technical" | "physical" | "tactical" | "recommendations" | "evidence" | "not_assessed" | "confidence" | "safety" | "grounding" | "engine";
/** A feedback whose text is there. */
export type FeedbackBody = Feedback & { [Name in Written]: NonNullable<Feedback[Name]> };
export type LibraryDrill = Narrow<Drill, Record<"equipment" | "steps" | "progressions" | "safety", string[]>>;

export interface ArticleSource {
  title: string;
  what: string;
  doi?: string;
  url?: string;
}
export interface Article {
  slug: string;
  title: string;
  text: string;
  sources: ArticleSource[];
  reviewed: string | null;
}
