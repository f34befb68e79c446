import clsx from "clsx";
import { ChevronDown } from "lucide-react";
import { useId, type ComponentProps, type ReactNode } from "react";

const CONTROL =
  "w-full rounded-field border bg-surface px-3.5 min-h-11 text-ink placeholder:text-muted/70 " +
  "transition-colors hover:border-ink/60 aria-invalid:border-bad";

interface FieldProps {
  label: string;
  hint?: ReactNode;
  error?: string;
  className?: string;
  /** Where the place says what it is: the label is for those who do not see the place. */
  hideLabel?: boolean;
}

function FieldFrame({ id, label, hint, error, className, hideLabel, children }: FieldProps & { id: string; children: ReactNode }) {
  return (
    <div className={clsx("min-w-0", className)}>
      <label htmlFor={id} className={hideLabel ? "sr-only" : "mb-1.5 block text-sm font-semibold"}>
        {label}
      </label>
      {children}
      {hint && !error && (
        <p id={`${id}-hint`} className="mt-1.5 text-sm text-muted">
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} className="mt-1.5 text-sm font-medium text-bad">
          {error}
        </p>
      )}
    </div>
  );
}

function describedBy(id: string, hint: ReactNode, error?: string) {
  if (error) return `${id}-error`;
  return hint ? `${id}-hint` : undefined;
}

/** Without a last day a field takes years of six digits. */
const LAST: Partial<Record<string, string>> = { date: "2999-12-31", "datetime-local": "2999-12-31T23:59" };

export function TextField({ label, hint, error, className, ...rest }: FieldProps & ComponentProps<"input">) {
  const id = useId();
  return (
    <FieldFrame {...{ id, label, hint, error, className }}>
      <input
        id={id}
        max={rest.type && LAST[rest.type]}
        className={clsx(CONTROL, "border-line-strong/60")}
        aria-invalid={error ? true : undefined}
        aria-describedby={describedBy(id, hint, error)}
        {...rest}
      />
    </FieldFrame>
  );
}

export function TextArea({ label, hint, error, className, ...rest }: FieldProps & ComponentProps<"textarea">) {
  const id = useId();
  return (
    <FieldFrame {...{ id, label, hint, error, className }}>
      <textarea
        id={id}
        rows={3}
        className={clsx(CONTROL, "border-line-strong/60 py-2.5")}
        aria-invalid={error ? true : undefined}
        aria-describedby={describedBy(id, hint, error)}
        {...rest}
      />
    </FieldFrame>
  );
}

export function CheckField({ label, hint, className, ...rest }: Omit<FieldProps, "error"> & ComponentProps<"input">) {
  const id = useId();
  return (
    <div className={clsx("min-w-0", className)}>
      <label htmlFor={id} className="flex min-h-11 cursor-pointer items-center gap-3">
        <input id={id} type="checkbox" className="size-5 shrink-0 accent-accent" aria-describedby={describedBy(id, hint)} {...rest} />
        <span>{label}</span>
      </label>
      {hint && (
        <p id={`${id}-hint`} className="mt-1 text-sm text-muted">
          {hint}
        </p>
      )}
    </div>
  );
}

export interface Option {
  value: string;
  label: string;
}

/** The platform's own select: the best one on a phone, and reachable by keyboard everywhere. */
export function SelectField({ label, hint, error, className, hideLabel, options, ...rest }: FieldProps & ComponentProps<"select"> & { options: readonly Option[] }) {
  const id = useId();
  return (
    <FieldFrame {...{ id, label, hint, error, className, hideLabel }}>
      <div className="relative">
        <select
          id={id}
          className={clsx(CONTROL, "appearance-none border-line-strong/60 pr-10")}
          aria-invalid={error ? true : undefined}
          aria-describedby={describedBy(id, hint, error)}
          {...rest}
        >
          {options.map(({ value, label: text }) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
        <ChevronDown className="pointer-events-none absolute top-1/2 right-3 size-4 -translate-y-1/2 text-muted" aria-hidden="true" />
      </div>
    </FieldFrame>
  );
}
