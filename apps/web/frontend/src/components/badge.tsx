import clsx from "clsx";
import { Ban, CircleAlert, CircleCheck, Clock3, LoaderCircle, type LucideIcon } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Grade, JobStatus } from "@/api/types";
import { Popover } from "./popover";

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

const GRADES: Record<Grade, string> = {
  A: "bg-good-soft text-good",
  B: "bg-teal-soft text-teal",
  C: "bg-warn-soft text-warn",
  D: "bg-bad-soft text-bad",
};

const LETTER = "figure grid shrink-0 place-items-center rounded-lg font-semibold";

/** What the letters mean and what decides them; `of` is the one it is about. */
export function GradeRule({ of }: { of?: Grade }) {
  const { t } = useTranslation();
  return (
    <>
      <p>{t("grade.rule")}</p>
      <ul className="mt-3 space-y-1.5">
        {(Object.keys(GRADES) as Grade[]).map((grade) => (
          <li key={grade} className={clsx("flex items-center gap-2.5", of && grade !== of ? "text-muted" : "font-semibold")}>
            <span className={clsx(LETTER, "size-6 text-xs", GRADES[grade])}>{grade}</span>
            {t(`grade.${grade}`)}
          </li>
        ))}
      </ul>
    </>
  );
}

/** How far the figures can be trusted, as a letter that tells its meaning when asked. */
export function GradeBadge({ grade, large = false }: { grade: Grade; large?: boolean }) {
  const { t } = useTranslation();
  const label = t("grade.label", { grade, meaning: t(`grade.${grade}`) });
  return (
    <Popover
      label={label}
      trigger={
        <button
          type="button"
          aria-label={label}
          className={clsx(LETTER, "relative hover:ring-2 hover:ring-current", large ? "size-11 text-xl" : "size-7 text-sm", GRADES[grade])}
        >
          {grade}
        </button>
      }
    >
      <GradeRule of={grade} />
    </Popover>
  );
}

export function Tag({ children, className }: { children: string; className?: string }) {
  return (
    <span className={clsx("inline-flex items-center rounded-full bg-sunken px-2.5 py-1 text-xs font-semibold text-muted", className)}>
      {children}
    </span>
  );
}
