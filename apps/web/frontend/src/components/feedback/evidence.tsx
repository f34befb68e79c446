import { BookOpen, Gauge, History, Play } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { FeedbackEvidence } from "@/api/types";
import { articleOf, feedbackOf, nameAndValue } from "@/feedback/claims";
import { formatClock } from "@/units/format";

const CHIP =
  "inline-flex min-h-8 max-w-full items-center gap-1.5 rounded-full border border-line px-2.5 py-1 text-sm leading-tight";
const CLICK = "font-semibold text-teal hover:border-teal hover:bg-teal-soft";

export interface Opens {
  /** The session that the text is about. */
  sessionId: string;
  playerId: string | null;
  onArticle: (slug: string) => void;
}

/** Where the session page shows the moment. */
export function momentOf({ sessionId, playerId }: Opens, { t_s }: FeedbackEvidence): string {
  const query = new URLSearchParams();
  if (t_s != null) query.set("t", String(t_s));
  if (playerId) query.set("player", playerId);
  return `/sessions/${sessionId}?${query.toString()}`;
}

/** One piece of evidence, small; a click leads to the moment of the film, the session or the article. */
function Chip({ piece, opens }: { piece: FeedbackEvidence; opens: Opens }) {
  const { t } = useTranslation();
  const { name, value } = nameAndValue(piece.quote_or_value);
  const article = articleOf(piece.ref);
  if (article) {
    return (
      <button type="button" className={`${CHIP} ${CLICK} text-left`} onClick={() => opens.onArticle(article)}>
        <BookOpen className="size-4 shrink-0" aria-hidden="true" />
        <span className="min-w-0 truncate">
          <span className="sr-only">{t("feedback.evidence.article")}: </span>
          {piece.title || name || t("feedback.evidence.article")}
        </span>
      </button>
    );
  }
  const shown = (
    <span className="min-w-0 truncate">
      {name && <span className="text-muted">{name} </span>}
      <span className="figure font-semibold">{value}</span>
    </span>
  );
  if (piece.t_s != null) {
    return (
      <Link to={momentOf(opens, piece)} className={`${CHIP} ${CLICK}`}>
        <Play className="size-4 shrink-0" aria-hidden="true" />
        {shown}
        <span className="figure shrink-0">{t("feedback.evidence.watch", { time: formatClock(piece.t_s) })}</span>
      </Link>
    );
  }
  if (piece.kind !== "kpi") {
    const before = feedbackOf(piece.ref);
    const inside = (
      <>
        <History className="size-4 shrink-0 text-muted" aria-hidden="true" />
        <span className="sr-only">{t("feedback.evidence.earlier")}: </span>
        {shown}
      </>
    );
    return before ? <Link to={`/feedback/${before}`} className={`${CHIP} ${CLICK}`}>{inside}</Link> : <span className={CHIP}>{inside}</span>;
  }
  return (
    <Link to={momentOf(opens, piece)} className={`${CHIP} hover:border-line-strong hover:bg-sunken`}>
      <Gauge className="size-4 shrink-0 text-muted" aria-hidden="true" />
      <span className="sr-only">{t("feedback.evidence.figure")}: </span>
      {shown}
    </Link>
  );
}

/** What a sentence rests on, beside it. */
export function Behind({ pieces, opens }: { pieces: readonly FeedbackEvidence[]; opens: Opens }) {
  const { t } = useTranslation();
  if (pieces.length === 0) return null;
  return (
    <ul aria-label={t("feedback.evidence.behind")} className="mt-1.5 flex flex-wrap gap-1.5">
      {pieces.map((piece) => (
        <li key={piece.ref} className="flex max-w-full min-w-0">
          <Chip piece={piece} opens={opens} />
        </li>
      ))}
    </ul>
  );
}
