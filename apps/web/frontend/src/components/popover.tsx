import { Popover as Radix } from "radix-ui";
import type { ReactNode } from "react";

/** A small card at its trigger, for definitions and choices. */
export function Popover({ trigger, children, label }: { trigger: ReactNode; children: ReactNode; label: string }) {
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          aria-label={label}
          sideOffset={6}
          collisionPadding={12}
          className="z-50 w-[min(22rem,calc(100vw-1.5rem))] rounded-card border border-line bg-surface p-4 text-sm text-ink shadow-pop"
        >
          {children}
          <Radix.Arrow className="fill-surface" width={14} height={7} />
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
