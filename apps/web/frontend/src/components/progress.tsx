import clsx from "clsx";
import { Progress } from "radix-ui";

interface ProgressBarProps {
  value: number;
  label: string;
  className?: string;
}

/** A bar from 0 to 100 with its name for screen readers. */
export function ProgressBar({ value, label, className }: ProgressBarProps) {
  const shown = Math.min(100, Math.max(0, value));
  return (
    <Progress.Root value={shown} aria-label={label} className={clsx("h-2 overflow-hidden rounded-full bg-sunken", className)}>
      <Progress.Indicator
        className="h-full rounded-full bg-accent transition-[width] duration-500 ease-out"
        style={{ width: `${shown}%` }}
      />
    </Progress.Root>
  );
}
