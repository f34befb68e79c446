import { useState, type ComponentProps } from "react";
import { useTranslation } from "react-i18next";
import { TextField } from "@/components/field";
import { usePreferences } from "@/hooks/use-preferences";
import { keptText, shownText, unitFor, type Measure } from "@/units/measures";

interface MeasureFieldProps extends Omit<ComponentProps<typeof TextField>, "value" | "onChange"> {
  measure: Measure;
  /** As the API keeps it, whatever the reader types. */
  value: string;
  onChange: (kept: string) => void;
}

/** A number with its unit, asked in the reader's; what nobody touches stays exactly what it was. */
export function MeasureField({ measure, label, value, onChange, ...rest }: MeasureFieldProps) {
  const { t } = useTranslation();
  const { units } = usePreferences();
  const unit = unitFor(measure, units);
  const [typed, setTyped] = useState({ text: shownText(value, measure, units), kept: value, units });
  // Somebody else changed it: a form that was filled in, or the reader's units.
  const stale = typed.kept !== value || typed.units !== units;
  const text = stale ? shownText(value, measure, units) : typed.text;
  return (
    <TextField
      inputMode={unit === "ft in" ? "text" : "decimal"}
      placeholder={unit === "ft in" ? t("units.heightExample") : undefined}
      autoComplete="off"
      {...rest}
      label={unit ? `${label} [${unit}]` : label}
      value={text}
      onChange={({ target }) => {
        const kept = keptText(target.value, measure, units);
        setTyped({ text: target.value, kept, units });
        onChange(kept);
      }}
    />
  );
}
