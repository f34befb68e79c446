import { CalendarPlus, ChevronDown } from "lucide-react";
import { lazy, Suspense, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { FeedbackBody } from "@/api/types";
import { Tag } from "@/components/badge";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { ErrorState, Skeleton } from "@/components/states";
import { useDrill } from "@/hooks/use-feedback";

const PlanDrill = lazy(() => import("./plan-drill"));

type Recommended = FeedbackBody["recommendations"][number];

interface DrillsProps {
  recommendations: readonly Recommended[];
  teamId: string;
  playerId: string | null;
  canPlan: boolean;
}

function List({ title, items, ordered = false }: { title: string; items: readonly string[]; ordered?: boolean }) {
  if (items.length === 0) return null;
  const Tag = ordered ? "ol" : "ul";
  return (
    <div>
      <h4 className="text-sm font-semibold text-muted">{title}</h4>
      <Tag className={`${ordered ? "list-decimal" : "list-disc"} space-y-1 pl-5`}>
        {items.map((item) => (
          <li key={item}>{item}</li>
        ))}
      </Tag>
    </div>
  );
}

/** The drill as the library tells it: enough to run it tomorrow. */
function HowTo({ drillKey }: { drillKey: string }) {
  const { t } = useTranslation();
  const drill = useDrill(drillKey);
  if (drill.isPending) return <Skeleton className="mt-3 h-24" />;
  if (drill.isError) return <ErrorState error={drill.error} retry={() => void drill.refetch()} />;
  const { setup, equipment, steps, progressions, load, safety } = drill.data;
  return (
    <div className="mt-3 space-y-3 rounded-field bg-sunken p-4 text-[0.95rem]">
      <div>
        <h4 className="text-sm font-semibold text-muted">{t("feedback.drills.setup")}</h4>
        <p>{setup}</p>
        {equipment.length > 0 && <p className="text-muted">{equipment.join(" · ")}</p>}
      </div>
      <List title={t("feedback.drills.steps")} items={steps} ordered />
      <List title={t("feedback.drills.harder")} items={progressions} />
      <div>
        <h4 className="text-sm font-semibold text-muted">{t("feedback.drills.load")}</h4>
        <p>{load}</p>
      </div>
      <List title={t("feedback.drills.safety")} items={safety} />
    </div>
  );
}

function Drill({ recommended, canPlan, onPlan }: { recommended: Recommended; canPlan: boolean; onPlan: () => void }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const panel = useId();
  const { drill, drill_key, area, description, duration_min, frequency, focus_points } = recommended;
  return (
    <li className="rounded-card border border-line p-4">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
        <h3 className="text-lg font-semibold">{drill}</h3>
        <Tag>{t(`focus.${area}`, { defaultValue: area })}</Tag>
        <span className="figure text-sm text-muted">{t("feedback.drills.minutes", { minutes: duration_min })} · {frequency}</span>
      </div>
      <p className="mt-1.5">{description}</p>
      {focus_points.length > 0 && (
        <ul className="mt-2 list-disc space-y-0.5 pl-5 text-[0.95rem] text-muted">
          {focus_points.map((point) => (
            <li key={point}>{point}</li>
          ))}
        </ul>
      )}
      <div className="mt-3 flex flex-wrap gap-2">
        {canPlan && (
          <Button size="sm" look="primary" onClick={onPlan} aria-label={`${t("feedback.drills.plan")}: ${drill}`}>
            <CalendarPlus className="size-4" aria-hidden="true" />
            {t("feedback.drills.plan")}
          </Button>
        )}
        <Button size="sm" aria-expanded={open} aria-controls={panel} onClick={() => setOpen(!open)}>
          <ChevronDown className={`size-4 transition-transform ${open ? "rotate-180" : ""}`} aria-hidden="true" />
          {t(open ? "feedback.drills.hide" : "feedback.drills.show")}
        </Button>
      </div>
      <div id={panel}>{open && <HowTo drillKey={drill_key} />}</div>
    </li>
  );
}

/** What to do next: each drill can be read, and put into the calendar through the event form and its rules. */
export function Drills({ recommendations, teamId, playerId, canPlan }: DrillsProps) {
  const { t } = useTranslation();
  const [planned, setPlanned] = useState<Recommended | null>(null);
  if (recommendations.length === 0) return null;
  return (
    <Card className="p-5 md:p-6">
      <h2 className="mb-4 text-xl font-semibold">{t("feedback.drills.title")}</h2>
      <ul className="space-y-3">
        {recommendations.map((one) => (
          <Drill key={one.drill_key} recommended={one} canPlan={canPlan} onPlan={() => setPlanned(one)} />
        ))}
      </ul>
      {planned && (
        <Suspense>
          <PlanDrill recommended={planned} teamId={teamId} playerId={playerId} onClose={() => setPlanned(null)} />
        </Suspense>
      )}
    </Card>
  );
}
