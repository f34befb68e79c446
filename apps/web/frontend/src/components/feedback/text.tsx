import { CircleCheck, Footprints } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { FeedbackBody, FeedbackEvidence } from "@/api/types";
import { Card } from "@/components/card";
import { behind } from "@/feedback/claims";
import { Behind, type Opens } from "./evidence";

const STRANDS = ["physical", "technical", "tactical"] as const;

interface TextProps {
  body: FeedbackBody;
  question: string;
  opens: Opens;
}

function Points({ kind, points, evidence, opens }: {
  kind: "strengths" | "improvements";
  points: readonly string[];
  evidence: readonly FeedbackEvidence[];
  opens: Opens;
}) {
  const { t } = useTranslation();
  if (points.length === 0) return null;
  const Icon = kind === "strengths" ? CircleCheck : Footprints;
  return (
    <div className="min-w-0">
      <h4 className={`mb-2 flex items-center gap-2 text-sm font-semibold ${kind === "strengths" ? "text-good" : "text-accent-ink"}`}>
        <Icon className="size-4" aria-hidden="true" />
        {t(`feedback.${kind}`)}
      </h4>
      <ul className="space-y-3.5">
        {points.map((point) => (
          <li key={point}>
            <p>{point}</p>
            <Behind pieces={behind(point, evidence)} opens={opens} />
          </li>
        ))}
      </ul>
    </div>
  );
}

/** The finished text: answer, summary, and the sides of the game, each sentence with what it rests on. */
export function FeedbackText({ body, question, opens }: TextProps) {
  const { t } = useTranslation();
  const { answer, evidence } = body;
  const strands = STRANDS.filter((name) => body[name].strengths.length + body[name].improvements.length > 0);
  return (
    <div className="space-y-5">
      {answer && (
        <Card className="border-l-4 border-l-accent p-5 md:p-6">
          <h2 className="text-sm font-semibold text-muted">{t("feedback.answer")}</h2>
          <p className="mb-2 font-semibold">“{question}”</p>
          {!answer.answered && <p className="mb-1 text-sm font-semibold text-warn">{t("feedback.unanswered")}</p>}
          <p className="whitespace-pre-line">{answer.text}</p>
          <Behind pieces={behind(answer.text, evidence)} opens={opens} />
        </Card>
      )}
      <Card className="p-5 md:p-6">
        <h2 className="mb-2 text-xl font-semibold">{t("feedback.summary")}</h2>
        <p className="text-[1.05rem] leading-relaxed whitespace-pre-line">{body.summary}</p>
        <Behind pieces={behind(body.summary, evidence)} opens={opens} />
      </Card>
      {strands.map((name) => (
        <Card key={name} className="p-5 md:p-6">
          <h3 className="mb-3 text-lg font-semibold">{t(`feedback.strand.${name}`)}</h3>
          <div className={`grid gap-x-8 gap-y-5 ${body[name].strengths.length > 0 && body[name].improvements.length > 0 ? "md:grid-cols-2" : ""}`}>
            <Points kind="strengths" points={body[name].strengths} evidence={evidence} opens={opens} />
            <Points kind="improvements" points={body[name].improvements} evidence={evidence} opens={opens} />
          </div>
        </Card>
      ))}
    </div>
  );
}
