import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Pitch, PitchFormat, PitchSpec } from "@/api/types";
import { SelectField } from "@/components/field";
import { MeasureField } from "@/components/measure-field";
import { numberFrom } from "@/units/measures";

interface PitchSizeProps {
  formats: Pitch["formats"];
  spec: PitchSpec | undefined;
  onChange: (spec: PitchSpec) => void;
}

const DEFAULT_FORMAT: PitchFormat = "11v11";
const SIDES = ["length_m", "width_m"] as const;
type Side = (typeof SIDES)[number];
const LIMITS_M = { min: 10, max: 130 };

/** One side, taken over when the field is left. */
function SideField({ label, size, onDone }: { label: string; size: number | undefined; onDone: (text: string) => void }) {
  const [text, setText] = useState(size === undefined ? "" : String(size));
  return <MeasureField measure="side_m" label={label} value={text} onChange={setText} onBlur={() => onDone(text)} />;
}

/** Which pitch it is, and its size where it differs: grassroots pitches rarely have the book's. */
export function PitchSizeFields({ formats, spec, onChange }: PitchSizeProps) {
  const { t } = useTranslation();
  const key = spec?.format ?? DEFAULT_FORMAT;
  const format = formats.find((candidate) => candidate.key === key);
  const size = { length_m: spec?.length_m ?? format?.length_m, width_m: spec?.width_m ?? format?.width_m };
  const resize = (side: Side, text: string) => {
    const value = numberFrom(text);
    if (value !== null && value !== size[side] && value >= LIMITS_M.min && value <= LIMITS_M.max) onChange({ format: key, ...size, [side]: value });
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
      {SIDES.map((side) => (
        <SideField
          key={`${side}-${key}`}
          label={t(side === "length_m" ? "calibration.length" : "calibration.width")}
          size={size[side]}
          onDone={(text) => resize(side, text)}
        />
      ))}
    </div>
  );
}
