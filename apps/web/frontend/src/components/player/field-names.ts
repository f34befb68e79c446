import { useTranslation } from "react-i18next";
import type { Units } from "@/api/types";
import { unitFor } from "@/units/measures";
import type { EntryField } from "./entry-fields";

type FieldName =
  | "date" | "height_cm" | "sitting_height_cm" | "weight_kg" | "kind" | "value_mps" | "method" | "pain" | "soreness"
  | "sleep_h" | "sleep_quality" | "fever" | "notes" | "injured_at" | "symptom_free_since";

/** A field's name; with `units` also the unit in which it is told. */
export function useFieldName(units?: Units): (field: EntryField) => string {
  const { t } = useTranslation();
  return ({ name, unit, measure }) => {
    const words = t(`entry.fields.${name as FieldName}`);
    const asked = measure && units ? unitFor(measure, units) : unit;
    return asked ? `${words} [${asked}]` : words;
  };
}
