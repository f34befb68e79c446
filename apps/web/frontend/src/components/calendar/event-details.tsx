import { CalendarClock, Repeat2, MapPin, User, Users } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { CalendarEvent } from "@/api/types";
import { formatSpan } from "@/calendar/format";
import { Tag } from "@/components/badge";
import { Dialog } from "@/components/dialog";
import { usePreferences } from "@/hooks/use-preferences";
import { formatDay } from "@/units/format";


function Line({ icon: Icon, children }: { icon: typeof MapPin; children: ReactNode }) {
  return (
    <li className="flex items-start gap-3">
      <Icon className="mt-0.5 size-5 shrink-0 text-muted" aria-hidden="true" />
      <span className="min-w-0">{children}</span>
    </li>
  );
}

/** An event to read: for players and guardians, who plan nothing. */
export function EventDetails({ event, zone, onClose }: { event: CalendarEvent; zone: string; onClose: () => void }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const when = event.all_day
    ? [...new Set([event.start_date!, event.end_date!])].map((day) => formatDay(day, language, "full")).join(" – ")
    : formatSpan(event.start, event.end, language, zone);
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={event.title} description={t("calendar.readOnly")}>
      <div className="mb-4 flex flex-wrap gap-2">
        <Tag>{t(`calendar.kind.${event.event_type}`)}</Tag>
        {event.intensity && <Tag>{t(`calendar.intensityOf.${event.intensity}`)}</Tag>}
        {event.status !== "planned" && <Tag>{t(`calendar.status.${event.status}`)}</Tag>}
      </div>
      <ul className="space-y-2.5">
        <Line icon={CalendarClock}>
          {when} <span className="block text-sm text-muted">{t("calendar.zone", { zone })}</span>
        </Line>
        {event.is_series && <Line icon={Repeat2}>{t("calendar.series")}</Line>}
        {event.location && <Line icon={MapPin}>{event.location}</Line>}
        <Line icon={event.player ? User : Users}>{event.player?.display_name ?? t("calendar.wholeTeam")}</Line>
      </ul>
      {event.description && <p className="mt-4 whitespace-pre-line">{event.description}</p>}
      {event.drills.length > 0 && (
        <>
          <h3 className="mt-5 mb-2 font-semibold">{t("calendar.form.parts")}</h3>
          <ol className="space-y-1.5">
            {event.drills.map(({ title, minutes }, index) => (
              <li key={index} className="flex justify-between gap-4 rounded-field bg-sunken px-3 py-2">
                <span>{title}</span>
                <span className="figure text-muted">{t("calendar.minutes", { minutes })}</span>
              </li>
            ))}
          </ol>
        </>
      )}
    </Dialog>
  );
}
