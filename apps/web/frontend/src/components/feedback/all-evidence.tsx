import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { FeedbackEvidence, Grade } from "@/api/types";
import { Card } from "@/components/card";
import { GradeBadge } from "@/components/grade";
import { articleOf, isDrill, nameAndValue } from "@/feedback/claims";
import { usePreferences } from "@/hooks/use-preferences";
import { decimalsFor, formatClock, formatNumber } from "@/units/format";
import { momentOf, type Opens } from "./evidence";

const LINK = "font-semibold text-teal underline-offset-2 hover:underline";

/** How sure the figure is: from where to where, 90 % of the time. */
function useRange() {
  const { t } = useTranslation();
  const { language } = usePreferences();
  return ({ low, high, unit }: FeedbackEvidence): string | null => {
    if (low === null || high === null) return null;
    const shown = (value: number) => formatNumber(value, language, decimalsFor(value));
    return shown(low) === shown(high) ? null : t("kpi.interval", { low: shown(low), high: `${shown(high)} ${unit}`.trim() });
  };
}

function Piece({ piece, opens }: { piece: FeedbackEvidence; opens: Opens }) {
  const { t } = useTranslation();
  const rangeOf = useRange();
  const { name, value } = nameAndValue(piece.quote_or_value);
  const article = articleOf(piece.ref);
  if (article) {
    return (
      <button type="button" className={`${LINK} text-left`} onClick={() => opens.onArticle(article)}>
        {piece.title || t("feedback.evidence.article")}
      </button>
    );
  }
  const range = rangeOf(piece);
  return (
    <span className="flex items-start gap-2.5">
      {piece.grade && <GradeBadge grade={piece.grade as Grade} />}
      <span className="min-w-0">
        <span className="text-muted first-letter:uppercase">{name} </span>
        <span className="figure font-semibold">{value}</span>
        {range && <span className="block text-sm text-muted">{range}</span>}
        {piece.t_s !== null && (
          <Link to={momentOf(opens, piece)} className={`${LINK} block text-sm`}>
            {t("feedback.evidence.watch", { time: formatClock(piece.t_s) })}
          </Link>
        )}
      </span>
    </span>
  );
}

/** Everything that the text rests on, with how sure each figure is. */
export function AllEvidence({ evidence, opens }: { evidence: readonly FeedbackEvidence[]; opens: Opens }) {
  const { t } = useTranslation();
  const pieces = evidence.filter(({ ref }) => !isDrill(ref));
  if (pieces.length === 0) return null;
  return (
    <Card className="p-5">
      <h2 className="mb-2 font-semibold">{t("feedback.evidence.title")}</h2>
      <ul className="divide-y divide-line text-[0.95rem]">
        {pieces.map((piece) => (
          <li key={piece.ref} className="py-2">
            <Piece piece={piece} opens={opens} />
          </li>
        ))}
      </ul>
    </Card>
  );
}
