import clsx from "clsx";
import { Bot, ListChecks, ShieldCheck } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { FeedbackBody } from "@/api/types";
import { Banner } from "@/components/banner";
import { Card } from "@/components/card";
import { Hint } from "@/components/figure";
import { sureness } from "@/feedback/claims";

const METER = { high: "bg-good", medium: "bg-teal", low: "bg-warn" } as const;
const STEPS = { high: 3, medium: 2, low: 1 } as const;

function Sure({ confidence }: { confidence: number }) {
  const { t } = useTranslation();
  const level = sureness(confidence);
  return (
    <div>
      <dt className="flex items-center gap-1 text-sm text-muted">
        {t("feedback.sure.label")}
        <Hint label={t("feedback.sure.label")}>{t("feedback.sure.hint")}</Hint>
      </dt>
      <dd className="flex items-center gap-2.5 font-semibold">
        <span className="flex gap-1" aria-hidden="true">
          {[1, 2, 3].map((step) => (
            <span key={step} className={`h-2 w-6 rounded-full ${step <= STEPS[level] ? METER[level] : "bg-line"}`} />
          ))}
        </span>
        {t(`feedback.sure.${level}`)}
      </dd>
    </div>
  );
}

/** Which engine wrote it. */
export function WrittenBy({ engine, className }: { engine: FeedbackBody["engine"]; className?: string }) {
  const { t } = useTranslation();
  const own = engine.provider === "rule_based";
  const Icon = own ? ListChecks : Bot;
  return (
    <p className={clsx("flex items-start gap-2 font-semibold", className)}>
      <Icon className="mt-0.5 size-5 shrink-0 text-teal" aria-hidden="true" />
      <span>
        <span className="font-normal text-muted">{t("feedback.engine.label")} </span>
        {t(own ? "feedback.engine.rule_based" : "feedback.engine.azure_openai", { model: engine.model })}
      </span>
    </p>
  );
}

/** Which engine wrote it, how it was checked, and how far the figures carry it: always in sight. */
export function Origin({ body }: { body: FeedbackBody }) {
  const { t } = useTranslation();
  const { engine, grounding, confidence } = body;
  return (
    <Card className="p-5">
      <WrittenBy engine={engine} />
      <p className="mt-1.5 mb-4 flex items-start gap-2 text-sm text-muted">
        <ShieldCheck className="mx-0.5 mt-0.5 size-4 shrink-0" aria-hidden="true" />
        {t("feedback.engine.checked", { count: grounding.checked })}
      </p>
      <dl>
        <Sure confidence={confidence} />
      </dl>
      {(grounding.replaced || grounding.regenerated) && (
        <Banner tone="info" className="mt-4">{t(grounding.replaced ? "feedback.engine.replaced" : "feedback.engine.regenerated")}</Banner>
      )}
    </Card>
  );
}

/** What the safety rules say beside the text, and what they took out. */
export function SafetyNotes({ safety }: { safety: FeedbackBody["safety"] }) {
  const { t } = useTranslation();
  if (safety.notes.length + safety.filtered.length === 0) return null;
  return (
    <Banner tone="warn" title={t("feedback.safety.title")}>
      <ul className="list-disc space-y-1 pl-5">
        {safety.notes.map((note) => (
          <li key={note}>{note}</li>
        ))}
        {safety.filtered.length > 0 && (
          <li>
            {t("feedback.safety.filtered", { count: safety.filtered.length })}{" "}
            {[...new Set(safety.filtered.map(({ reason }) => reason))].join(" ")}
          </li>
        )}
      </ul>
    </Banner>
  );
}

/** What nothing can be said about, and why. */
export function NotAssessed({ missing }: { missing: FeedbackBody["not_assessed"] }) {
  const { t } = useTranslation();
  if (missing.length === 0) return null;
  return (
    <Card className="p-5">
      <details>
        <summary className="cursor-pointer font-semibold">{t("feedback.missing.title", { count: missing.length })}</summary>
        <dl className="mt-3 space-y-2.5 text-[0.95rem]">
          {missing.map(({ key, title, reason }) => (
            <div key={key}>
              <dt className="font-semibold">{title}</dt>
              <dd className="text-muted">{reason}</dd>
            </div>
          ))}
        </dl>
      </details>
    </Card>
  );
}
