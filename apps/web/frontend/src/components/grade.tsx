import clsx from "clsx";
import { useTranslation } from "react-i18next";
import type { Grade } from "@/api/types";
import { Popover } from "./popover";

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
