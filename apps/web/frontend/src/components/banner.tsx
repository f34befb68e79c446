import clsx from "clsx";
import { CircleAlert, CircleCheck, Info, TriangleAlert, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

export type Tone = "info" | "good" | "warn" | "bad";

const TONES: Record<Tone, { box: string; icon: LucideIcon }> = {
  info: { box: "bg-teal-soft text-teal", icon: Info },
  good: { box: "bg-good-soft text-good", icon: CircleCheck },
  warn: { box: "bg-warn-soft text-warn", icon: TriangleAlert },
  bad: { box: "bg-bad-soft text-bad", icon: CircleAlert },
};

interface BannerProps {
  tone: Tone;
  title?: string;
  children?: ReactNode;
  action?: ReactNode;
  className?: string;
}

export function Banner({ tone, title, children, action, className }: BannerProps) {
  const { box, icon: Icon } = TONES[tone];
  return (
    <div role={tone === "bad" ? "alert" : "status"} className={clsx("flex flex-wrap gap-3 rounded-field px-4 py-3", box, className)}>
      <Icon className="mt-0.5 size-5 shrink-0" aria-hidden="true" />
      <div className="min-w-0 flex-1 basis-52">
        {title && <p className="font-semibold">{title}</p>}
        {children && <div className={clsx("text-[0.95rem] leading-snug", title && "mt-0.5 text-ink")}>{children}</div>}
      </div>
      {action && <div className="flex items-center">{action}</div>}
    </div>
  );
}
