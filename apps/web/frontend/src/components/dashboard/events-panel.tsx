import { useTranslation } from "react-i18next";
import type { Planned } from "@/api/dashboard";
import type { PlannedEvent } from "@/api/types";
import { ButtonLink } from "@/components/button";
import { ErrorState, Skeleton } from "@/components/states";
import { useUpcoming } from "@/hooks/use-dashboard";
import { usePreferences } from "@/hooks/use-preferences";
import { formatDate, formatDay } from "@/units/format";
import { Panel } from "./panel";

function Event({ event, timeZone }: { event: PlannedEvent; timeZone?: string }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const when = event.all_day && event.start_date ? formatDay(event.start_date, language) : formatDate(event.start, language, timeZone);
  const date = new Date(event.start);
  const part = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(language, { ...options, timeZone }).format(date);
  return (
    <li className="flex items-center gap-3 py-2.5 first:pt-0 last:pb-0">
      <span className="grid size-12 shrink-0 place-items-center content-center rounded-field bg-teal-soft text-teal" aria-hidden="true">
        <span className="figure text-lg leading-none font-semibold">{part({ day: "numeric" })}</span>
        <span className="mt-0.5 text-xs leading-none">{part({ month: "short" })}</span>
      </span>
      <div className="min-w-0 flex-1">
        <p className="line-clamp-2 font-semibold">{event.title}</p>
        <p className="line-clamp-2 text-sm text-muted">
          {[t(`dashboard.events.types.${event.event_type}`), when, event.location, event.player?.display_name].filter(Boolean).join(" · ")}
        </p>
      </div>
    </li>
  );
}

interface EventsPanelProps {
  whose: Planned;
  timeZone?: string;
  most: number;
  /** Beside other news it is left out, not broken, while the calendar does not answer. */
  isBeside?: boolean;
}

/** What is planned next. */
export function EventsPanel({ whose, timeZone, most, isBeside = false }: EventsPanelProps) {
  const { t } = useTranslation();
  const events = useUpcoming(whose, most);
  if (events.isError) return isBeside ? null : <ErrorState error={events.error} retry={() => void events.refetch()} />;
  return (
    <Panel
      title={t("dashboard.events.title")}
      action={
        <ButtonLink to="/calendar" look="quiet" size="sm">
          {t("nav.calendar")}
        </ButtonLink>
      }
    >
      {events.isPending && <Skeleton className="h-24" />}
      {events.data?.items.length === 0 && <p className="text-muted">{t("dashboard.events.none")}</p>}
      {events.data && events.data.items.length > 0 && (
        <ul className="divide-y divide-line">
          {events.data.items.map((event) => (
            <Event key={event.key} event={event} timeZone={timeZone} />
          ))}
        </ul>
      )}
    </Panel>
  );
}
