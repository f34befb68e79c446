import clsx from "clsx";
import { Activity, CalendarDays, Film, Users, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Overview } from "@/api/types";
import { Card } from "@/components/card";
import { FigureText, Hint } from "@/components/figure";
import { GradeRule } from "@/components/grade";
import { usePreferences } from "@/hooks/use-preferences";
import { formatChange } from "@/units/figures";

interface TileProps {
  icon: LucideIcon;
  title: string;
  /** What is counted, and how. */
  definition: ReactNode;
  children: ReactNode;
  note: ReactNode;
}

function Tile({ icon: Icon, title, definition, children, note }: TileProps) {
  const { t } = useTranslation();
  return (
    <Card className="flex flex-col gap-2 p-4 sm:p-5">
      <div className="flex items-start justify-between gap-2">
        <p className="flex min-w-0 items-start gap-2 text-sm font-medium text-muted">
          <Icon className="mt-0.5 size-4 shrink-0" aria-hidden="true" />
          {title}
        </p>
        <Hint label={t("kpi.define", { name: title })}>{definition}</Hint>
      </div>
      <p className="flex flex-wrap items-baseline gap-x-2">{children}</p>
      <p className="mt-auto text-sm text-muted">{note}</p>
    </Card>
  );
}

/** A change is told, never judged: more load is neither good nor bad by itself. */
function LoadNote({ load }: { load: Overview["load"] }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const { change, days } = load;
  if (days === 0) return t("dashboard.load.noEntries");
  const behind = t("dashboard.load.daysBehind", { count: days });
  if (change.value === null) return behind;
  return `${t("dashboard.load.change", { change: formatChange(change.value, language) })} · ${behind}`;
}

/** How a session comes to its grade. */
function Trust() {
  const { t } = useTranslation();
  return (
    <>
      <p className="mb-2">{t("dashboard.quality.rule")}</p>
      <GradeRule />
    </>
  );
}

function QualityTile({ quality }: { quality: Overview["data_quality"] }) {
  const { t } = useTranslation();
  const good = quality.by_grade.filter(({ grade }) => grade <= "B").reduce((sum, { sessions }) => sum + sessions, 0);
  return (
    <Tile icon={Film} title={t("dashboard.quality.tile")} definition={<Trust />} note={t("dashboard.quality.tileNote", { count: quality.sessions })}>
      <span className="figure text-3xl leading-none font-semibold">
        {good}
        <span className="ml-1 text-base font-medium text-muted">{t("dashboard.ofAll", { all: quality.sessions })}</span>
      </span>
    </Tile>
  );
}

/** The team in four numbers; who reads only their own figures is not told how many others there are. */
export function Tiles({ overview, whole }: { overview: Overview; whole: boolean }) {
  const { t } = useTranslation();
  const { active_players: active, roster, week, load, data_quality: quality } = overview;
  const lastWeek = week.last_week.value;
  return (
    <div className={clsx("grid grid-cols-2 gap-3 sm:gap-5", whole && "xl:grid-cols-4")}>
      {whole && (
        <Tile
          icon={Users}
          title={t("dashboard.active.title")}
          definition={t("dashboard.active.what", { days: overview.period.days })}
          note={t("dashboard.active.note", { days: overview.period.days })}
        >
          <FigureText figure={active} id="" name={t("dashboard.active.title")} large />
          {active.value !== null && <span className="text-muted">{t("dashboard.ofAll", { all: roster })}</span>}
        </Tile>
      )}
      <Tile
        icon={CalendarDays}
        title={t("dashboard.week.title")}
        definition={t("dashboard.week.what")}
        note={
          <>
            {t("dashboard.week.trainings", { count: week.trainings })}, {t("dashboard.week.matches", { count: week.matches })}
            {lastWeek !== null && ` · ${t("dashboard.week.before", { count: lastWeek })}`}
          </>
        }
      >
        <FigureText figure={week.sessions} id="" name={t("dashboard.week.title")} large />
      </Tile>
      <Tile
        icon={Activity}
        title={t("dashboard.load.week")}
        definition={
          <>
            <p>{t("dashboard.load.about.week")}</p>
            <p className="mt-2 text-muted">{t("dashboard.load.definition")}</p>
          </>
        }
        note={<LoadNote load={load} />}
      >
        <FigureText figure={load.week} id="srpe_load_au" name={t("dashboard.load.week")} large />
      </Tile>
      {whole && <QualityTile quality={quality} />}
    </div>
  );
}
