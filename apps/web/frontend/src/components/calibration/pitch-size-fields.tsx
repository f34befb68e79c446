import { useTranslation } from "react-i18next";
import type { Pitch, PitchFormat, PitchSpec } from "@/api/types";
import { SelectField, TextField } from "@/components/field";

interface PitchSizeProps {
  formats: Pitch["formats"];
  spec: PitchSpec | undefined;
  onChange: (spec: PitchSpec) => void;
}

const DEFAULT_FORMAT: PitchFormat = "11v11";
const LIMITS_M = { min: 10, max: 130 };

/** Which pitch it is, and its size where it differs: grassroots pitches rarely have the book's. */
export function PitchSizeFields({ formats, spec, onChange }: PitchSizeProps) {
  const { t } = useTranslation();
  const key = spec?.format ?? DEFAULT_FORMAT;
  const format = formats.find((candidate) => candidate.key === key);
  const size = { length_m: spec?.length_m ?? format?.length_m, width_m: spec?.width_m ?? format?.width_m };
  const resize = (side: "length_m" | "width_m", text: string) => {
    const value = Number(text);
    if (value >= LIMITS_M.min && value <= LIMITS_M.max) onChange({ format: key, ...size, [side]: value });
  };
  return (
    <div className="grid grid-cols-2 gap-3">
      <SelectField
        label={t("calibration.format")}
        className="col-span-2"
        value={key}
        onChange={(event) => onChange({ format: event.target.value as PitchFormat })}
        options={formats.map(({ key: value, name }) => ({ value, label: name }))}
      />
      {(["length_m", "width_m"] as const).map((side) => (
        <TextField
          key={`${side}-${key}`}
          label={t(side === "length_m" ? "calibration.length" : "calibration.width")}
          type="number"
          inputMode="decimal"
          step={0.5}
          {...LIMITS_M}
          defaultValue={size[side]}
          onBlur={(event) => resize(side, event.target.value)}
        />
      ))}
    </div>
  );
}
