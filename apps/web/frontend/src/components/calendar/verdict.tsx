import { BookOpen, ShieldAlert, ShieldCheck, ShieldX, WandSparkles } from "lucide-react";
import clsx from "clsx";
import { useTranslation } from "react-i18next";
import type { Alternative, Finding, Verdict } from "@/api/types";
import { Button } from "@/components/button";
import { usePreferences } from "@/hooks/use-preferences";
import { toldIn } from "@/units/measures";

const LOOKS = {
  allow: { icon: ShieldCheck, box: "bg-good-soft text-good" },
  adjust: { icon: ShieldAlert, box: "bg-warn-soft text-warn" },
  block: { icon: ShieldX, box: "bg-bad-soft text-bad" },
} as const;

const NAMED = 4;

function FindingItem({ finding }: { finding: Finding }) {
  const { t } = useTranslation();
  const { units, language } = usePreferences();
  const names = finding.players.slice(0, NAMED).map(({ display_name }) => display_name).join(", ");
  const rest = finding.players.length - NAMED;
  return (
    <li className="border-t border-line pt-3 first:border-0 first:pt-0">
      <p className="font-semibold">{finding.title}</p>
      <p className="mt-0.5 text-[0.95rem]">{toldIn(finding.text, units, language)}</p>
      {names && (
        <p className="mt-1 text-sm text-muted">
          {t("calendar.verdict.concerns", { names: rest > 0 ? `${names} +${rest}` : names })}
        </p>
      )}
      <p className="mt-1 flex items-start gap-1.5 text-sm text-muted">
        <BookOpen className="mt-0.5 size-3.5 shrink-0" aria-hidden="true" />
        <span>{finding.source}</span>
      </p>
    </li>
  );
}

interface VerdictProps {
  verdict: Pick<Verdict, "decision" | "findings" | "alternative" | "overridable"> & Partial<Pick<Verdict, "not_assessed" | "policy">>;
  stale?: boolean;
  onAlternative?: (alternative: Alternative) => void;
}

/** What the rules say of a plan: the decision in a word, each rule with its source, and what would be allowed. */
export function VerdictPanel({ verdict, stale = false, onAlternative }: VerdictProps) {
  const { t } = useTranslation();
  const { decision, findings, alternative, not_assessed: gaps = [], policy } = verdict;
  const { icon: Icon, box } = LOOKS[decision as keyof typeof LOOKS];
  return (
    <section aria-label={t("calendar.verdict.label")} aria-busy={stale} className={clsx("overflow-hidden rounded-field border border-line transition-opacity", stale && "opacity-60")}>
      <p className={clsx("flex items-center gap-2.5 px-4 py-3 font-semibold", box)} role="status">
        <Icon className="size-5 shrink-0" aria-hidden="true" />
        {t(`calendar.verdict.${decision as keyof typeof LOOKS}`)}
      </p>
      {findings.length > 0 && (
        <ul className="space-y-3 px-4 py-3">
          {findings.map((finding, index) => (
            <FindingItem key={`${finding.rule_id}-${index}`} finding={finding} />
          ))}
        </ul>
      )}
      {alternative && onAlternative && (
        <div className="flex flex-wrap items-center justify-between gap-3 border-t border-line bg-sunken px-4 py-3">
          <p className="min-w-0 flex-1 basis-48 text-[0.95rem]">{alternative.text}</p>
          <Button size="sm" onClick={() => onAlternative(alternative)}>
            <WandSparkles className="size-4" aria-hidden="true" />
            {t("calendar.verdict.useAlternative")}
          </Button>
        </div>
      )}
      {gaps.length > 0 && (
        <details className="border-t border-line px-4 py-1.5 text-sm text-muted">
          <summary className="cursor-pointer py-1 font-semibold">{t("calendar.verdict.gaps", { count: new Set(gaps.map(({ rule_id }) => rule_id)).size })}</summary>
          <ul className="mt-2 list-disc space-y-1 pl-5">
            {[...new Set(gaps.map(({ missing }) => missing))].map((missing) => (
              <li key={missing}>{missing}</li>
            ))}
          </ul>
        </details>
      )}
      {policy && <p className="border-t border-line px-4 py-2 text-xs text-muted">{t("calendar.verdict.policy", { policy })}</p>}
    </section>
  );
}
