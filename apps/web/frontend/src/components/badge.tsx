import clsx from "clsx";
import { Ban, CircleAlert, CircleCheck, Clock3, LoaderCircle, type LucideIcon } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { JobStatus } from "@/api/types";

const STATUS: Record<JobStatus, { icon: LucideIcon; look: string }> = {
  queued: { icon: Clock3, look: "bg-sunken text-muted" },
  running: { icon: LoaderCircle, look: "bg-accent-soft text-accent-ink" },
  completed: { icon: CircleCheck, look: "bg-good-soft text-good" },
  failed: { icon: CircleAlert, look: "bg-bad-soft text-bad" },
  cancelled: { icon: Ban, look: "bg-sunken text-muted" },
};

export function StatusBadge({ status }: { status: JobStatus }) {
  const { t } = useTranslation();
  const { icon: Icon, look } = STATUS[status];
  return (
    <span className={clsx("inline-flex items-center gap-1.5 rounded-full px-2.5 py-1 text-xs font-semibold", look)}>
      <Icon className={clsx("size-3.5", status === "running" && "animate-spin")} aria-hidden="true" />
      {t(`status.${status}`)}
    </span>
  );
}

export function Tag({ children, className }: { children: string; className?: string }) {
  return (
    <span className={clsx("inline-flex items-center rounded-full bg-sunken px-2.5 py-1 text-xs font-semibold text-muted", className)}>
      {children}
    </span>
  );
}
