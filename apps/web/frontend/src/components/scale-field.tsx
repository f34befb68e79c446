import clsx from "clsx";
import { useId, type ComponentProps } from "react";
import { useTranslation } from "react-i18next";

interface ScaleFieldProps extends Omit<ComponentProps<"input">, "type" | "value"> {
  label: string;
  low: number;
  high: number;
  /** What the two ends mean. */
  ends: string;
  error?: string;
}

/** A number chosen by touching it; "–" is no answer, which is not zero. */
export function ScaleField({ label, low, high, ends, error, className, ...rest }: ScaleFieldProps) {
  const { t } = useTranslation();
  const id = useId();
  const values = ["", ...Array.from({ length: high - low + 1 }, (_, i) => String(low + i))];
  return (
    <fieldset className={className} aria-describedby={`${id}-ends`}>
      <legend className="mb-1.5 text-sm font-semibold">{label}</legend>
      <div className={clsx("grid grid-cols-6 gap-1", values.length > 6 && "sm:grid-cols-12")}>
        {values.map((value) => (
          <label
            key={value}
            className="figure relative grid h-10 cursor-pointer place-items-center rounded-field border border-line-strong/50 text-sm font-semibold hover:border-ink/60 has-checked:border-accent has-checked:bg-accent has-checked:text-on-accent has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent"
          >
            <input type="radio" value={value} className="absolute inset-0 cursor-pointer opacity-0" {...rest} />
            <span aria-hidden={value === ""}>{value || "–"}</span>
            {value === "" && <span className="sr-only">{t("entry.noAnswer")}</span>}
          </label>
        ))}
      </div>
      <p id={`${id}-ends`} className="mt-1.5 text-sm text-muted">{error ? <span className="font-medium text-bad">{error}</span> : ends}</p>
    </fieldset>
  );
}
