import type { ComponentProps, ReactNode } from "react";

/** One of those that may be compared, to be ticked. */
export function ChoiceChip({ children, ...rest }: ComponentProps<"input"> & { children: ReactNode }) {
  return (
    <label className="relative inline-flex min-h-10 cursor-pointer items-center gap-2 rounded-full border border-line-strong/50 px-4 text-sm font-semibold hover:border-ink/60 has-checked:border-accent has-checked:bg-accent-soft has-checked:text-accent-ink has-disabled:cursor-not-allowed has-disabled:opacity-55">
      <input type="checkbox" className="size-4 shrink-0 accent-(--c-accent)" {...rest} />
      <span className="min-w-0">{children}</span>
    </label>
  );
}
