import { useTranslation } from "react-i18next";
import type { PresetKey, QuickScanInput } from "@/api/types";
import { SelectField, TextField } from "@/components/field";
import { PresetChoice } from "@/components/preset-choice";
import { ErrorState, Skeleton } from "@/components/states";
import { usePlayers } from "@/hooks/use-players";
import { usePresets } from "@/hooks/use-scan";
import type { VideoFileFacts } from "@/hooks/use-video-facts";

type FilmType = NonNullable<QuickScanInput["session_type"]>;

const TYPES: readonly FilmType[] = ["training", "match", "analysis"];

/** What a coach says about a film before it is scanned. */
export interface ScanChoices {
  title: string;
  player_id: string;
  session_type: FilmType;
  preset: PresetKey;
}

export const FIRST_CHOICES: ScanChoices = { title: "", player_id: "", session_type: "training", preset: "standard" };

/** The same as the API takes it: nothing said is left out. */
export function choiceInput({ title, player_id, session_type, preset }: ScanChoices) {
  return { session_type, preset, ...(title.trim() && { title: title.trim() }), ...(player_id && { player_id }) };
}

interface DetailsProps {
  choices: ScanChoices;
  change: (next: Partial<ScanChoices>) => void;
}

export function ScanDetails({ choices, change }: DetailsProps) {
  const { t } = useTranslation();
  const players = usePlayers();
  return (
    <div className="grid gap-5 sm:grid-cols-3">
      <TextField
        label={t("newScan.title")}
        placeholder={t("newScan.titleExample")}
        maxLength={120}
        value={choices.title}
        onChange={(event) => change({ title: event.target.value })}
      />
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
          ...(players.data?.items ?? []).map(({ id, display_name }) => ({ value: id, label: display_name })),
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
