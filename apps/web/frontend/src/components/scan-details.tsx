import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { PresetKey, QuickScanInput } from "@/api/types";
import { fromWall, isDay, toWall } from "@/calendar/zones";
import { SelectField, TextField } from "@/components/field";
import { PresetChoice } from "@/components/preset-choice";
import { ErrorState, Skeleton } from "@/components/states";
import { useMe } from "@/hooks/use-account";
import { staffTeams } from "@/hooks/use-live";
import { usePlayers } from "@/hooks/use-players";
import { usePresets } from "@/hooks/use-scan";
import type { VideoFileFacts } from "@/hooks/use-video-facts";
import { useZone } from "@/hooks/use-zone";

type FilmType = NonNullable<QuickScanInput["session_type"]>;

const TYPES: readonly FilmType[] = ["training", "match", "analysis"];

/** What a coach says about a film before it is scanned. */
export interface ScanChoices {
  title: string;
  player_id: string;
  session_type: FilmType;
  preset: PresetKey;
  /** Whose session it will be; empty: of the only team, or the first. */
  team_id: string;
  /** When it was filmed, as a clock on the wall shows it; null: as the file says. */
  filmed: string | null;
}

interface DetailsProps {
  choices: ScanChoices;
  change: (next: Partial<ScanChoices>) => void;
}

const FIRST_CHOICES: ScanChoices = { title: "", player_id: "", session_type: "training", preset: "standard", team_id: "", filmed: null };
/** The clock that a file's time is from may be ahead of this one. */
const CLOCKS_DIFFER_MS = 3_600_000;

/** When a file was written: of a film that came straight from the camera, when it was filmed. */
function wallOfFile(files: readonly File[], zone: string): string {
  const first = Math.min(...files.map(({ lastModified }) => lastModified));
  return Number.isFinite(first) ? toWall(new Date(first).toISOString(), zone) : "";
}

/** What is said about the films that were chosen, and the same as the API takes it. */
export function useScanChoices(files: readonly File[]) {
  const { data: me } = useMe();
  const teams = staffTeams(me);
  const [choices, setChoices] = useState(FIRST_CHOICES);
  const team_id = choices.team_id || (teams[0]?.id ?? "");
  const zone = useZone(team_id);
  const { title, player_id, session_type, preset } = choices;
  const filmed = choices.filmed ?? wallOfFile(files, zone);
  const start = isDay(filmed.slice(0, 10)) ? fromWall(filmed, zone) : null;
  const isFuture = start !== null && Date.parse(start) > Date.now() + CLOCKS_DIFFER_MS;
  // An empty field would count as now, which is what it is there to prevent.
  const isMissing = files.length > 0 && start === null;
  const input = { session_type, preset, ...(team_id && { team_id }), ...(title.trim() && { title: title.trim() }), ...(player_id && { player_id }), ...(start && { start }) };
  const change = (next: Partial<ScanChoices>) => setChoices((now) => ({ ...now, ...next }));
  const problem = isMissing ? "newScan.filmedMissing" : isFuture ? "newScan.filmedFuture" : null;
  return { details: { choices: { ...choices, team_id, filmed }, change, teams, problem }, input, isReady: problem === null } as const;
}

interface ScanDetailsProps extends DetailsProps {
  teams: readonly { id: string; name: string }[];
  problem: "newScan.filmedMissing" | "newScan.filmedFuture" | null;
}

export function ScanDetails({ choices, change, teams, problem }: ScanDetailsProps) {
  const { t } = useTranslation();
  const players = usePlayers();
  const roster = (players.data?.items ?? []).filter(({ team_id }) => team_id === choices.team_id);
  return (
    <div className="grid gap-5 sm:grid-cols-2">
      <TextField
        label={t("newScan.title")}
        placeholder={t("newScan.titleExample")}
        maxLength={120}
        value={choices.title}
        onChange={(event) => change({ title: event.target.value })}
      />
      <TextField
        label={t("newScan.filmed")}
        hint={t("newScan.filmedHint")}
        error={problem ? t(problem) : undefined}
        type="datetime-local"
        value={choices.filmed ?? ""}
        onChange={(event) => change({ filmed: event.target.value })}
      />
      {teams.length > 1 && (
        <SelectField
          className="sm:col-span-2"
          label={t("sessions.unfilmed.team")}
          value={choices.team_id}
          onChange={(event) => change({ team_id: event.target.value, player_id: "" })}
          options={teams.map(({ id, name }) => ({ value: id, label: name }))}
        />
      )}
      <SelectField
        label={t("newScan.type")}
        value={choices.session_type}
        onChange={(event) => change({ session_type: event.target.value as FilmType })}
        options={TYPES.map((value) => ({ value, label: t(`sessionType.${value}`) }))}
      />
      <SelectField
        label={t("newScan.player")}
        hint={t("newScan.playerHint")}
        value={choices.player_id}
        onChange={(event) => change({ player_id: event.target.value })}
        options={[
          { value: "", label: t("newScan.wholeTeam") },
          ...roster.map(({ id, display_name }) => ({ value: id, label: display_name })),
        ]}
      />
    </div>
  );
}

/** How thoroughly to look, with the time it takes where the film is known. */
export function ScanPresets({ facts, choices, change }: DetailsProps & { facts: VideoFileFacts | null }) {
  const { t } = useTranslation();
  const presets = usePresets(facts ?? {}, true);
  return (
    <div>
      <h2 className="mb-3 text-lg font-semibold">{t("newScan.preset")}</h2>
      {presets.isPending && <Skeleton className="h-32" />}
      {presets.isError && <ErrorState error={presets.error} retry={() => void presets.refetch()} />}
      {presets.data && (
        <PresetChoice presets={presets.data} known={facts !== null} value={choices.preset} onChange={(preset) => change({ preset })} />
      )}
    </div>
  );
}
