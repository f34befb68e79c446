import "@/styles/calendar.css";
import type { DateSelectArg, DatesSetArg, EventContentArg, EventInput } from "@fullcalendar/core";
import dayGrid from "@fullcalendar/daygrid";
import interaction, { type EventResizeDoneArg } from "@fullcalendar/interaction";
import list from "@fullcalendar/list";
import FullCalendar from "@fullcalendar/react";
import timeGrid from "@fullcalendar/timegrid";
import clsx from "clsx";
import { Repeat2 } from "lucide-react";
import { useMemo, type Ref } from "react";
import { useTranslation } from "react-i18next";
import type { CalendarEvent } from "@/api/types";
import type { Slot } from "@/calendar/event-form";
import { addDays, hoursShown, toWall } from "@/calendar/zones";
import { KIND_ICONS } from "./kinds";

export type CalendarView = "dayGridMonth" | "timeGridWeek" | "timeGridDays" | "listMonth";

export interface Moved {
  event: CalendarEvent;
  day: string;
  lastDay: string;
  from: string;
  to: string;
  /** Put it back where it was. */
  revert: () => void;
}

/** Hours of a day that are always shown. */
const USUAL_HOURS = [7, 22] as const;

interface GridProps {
  ref: Ref<FullCalendar>;
  events: readonly CalendarEvent[];
  zone: string;
  view: CalendarView;
  language: string;
  canEdit: boolean;
  onWindow: (window: DatesSetArg) => void;
  onOpen: (event: CalendarEvent) => void;
  onNew: (slot: Slot) => void;
  onDay: (day: string) => void;
  onMoved: (moved: Moved) => void;
  newSlot: (day: string) => Slot;
}

/** The grid runs on the team's wall clock, told to it as UTC, so that it never looks at the reader's zone. */
function entryOf(event: CalendarEvent, zone: string): EventInput {
  const extendedProps = { event };
  const classNames = [`kind-${event.event_type}`, ...(event.status === "cancelled" ? ["is-cancelled"] : [])];
  const shared = { id: event.key, title: event.title, classNames, extendedProps };
  if (event.all_day) {
    return { ...shared, allDay: true, start: event.start_date!, end: addDays(event.end_date!, 1) };
  }
  return { ...shared, start: `${toWall(event.start, zone)}Z`, end: `${toWall(event.end, zone)}Z` };
}

const dayOf = (date: Date) => date.toISOString().slice(0, 10);
const clockOf = (date: Date) => date.toISOString().slice(11, 16);

/** FullCalendar's events and days are links without an address, which have no role: Enter and Space press them. */
function actsAsButton(el: HTMLElement, opens?: "dialog") {
  for (const link of [el, ...el.querySelectorAll("a")].filter((one) => one.matches("a[tabindex]:not([href])"))) {
    link.setAttribute("role", "button");
    if (opens) link.setAttribute("aria-haspopup", opens);
  }
}

function Content({ arg }: { arg: EventContentArg }) {
  const { t } = useTranslation();
  const event = arg.event.extendedProps.event as CalendarEvent | undefined;
  if (!event) return <span>{arg.event.title}</span>;
  const Icon = KIND_ICONS[event.event_type];
  const kind = <span className="sr-only">{t(`calendar.kind.${event.event_type}`)}</span>;
  if (arg.view.type.startsWith("list")) {
    const facts = [event.player?.display_name, event.location, event.status !== "planned" && t(`calendar.status.${event.status}`)];
    return (
      // What the grid would make of it itself: a press on it opens its row's event.
      <button type="button" aria-haspopup="dialog" className="flex w-full items-start gap-2.5 text-left">
        <Icon className="mt-1 size-4 shrink-0 text-muted" aria-hidden="true" />
        <span className="min-w-0">
          {kind}
          <span className="font-semibold">{event.title}</span>
          {event.is_series && <Repeat2 className="ml-1.5 inline size-3.5 text-muted" aria-label={t("calendar.series")} />}
          <span className="block text-sm text-muted">{facts.filter(Boolean).join(" · ")}</span>
        </span>
      </button>
    );
  }
  return (
    <span className={clsx("flex min-w-0 items-start gap-x-1 overflow-hidden", arg.view.type.startsWith("timeGrid") ? "flex-wrap" : "max-sm:justify-center")}>
      <Icon className="mt-px size-3.5 shrink-0" aria-hidden="true" />
      {kind}
      {arg.timeText && <span className="figure shrink-0 max-sm:hidden">{arg.timeText}</span>}
      {/* In a month on a phone there is room for two letters: the sign of its kind says more. */}
      <span className={clsx("min-w-0 font-semibold text-ink", !arg.view.type.startsWith("timeGrid") && "truncate max-sm:sr-only")}>{event.title}</span>
      {event.is_series && <Repeat2 className="mt-px size-3.5 shrink-0 max-sm:hidden" aria-label={t("calendar.series")} />}
    </span>
  );
}

/** Month, week, days or list. Heavy, so only the calendar page loads it. */
export default function CalendarGrid({ ref, events, zone, view, language, canEdit, onWindow, onOpen, onNew, onDay, onMoved, newSlot }: GridProps) {
  const { t } = useTranslation();
  const moved = ({ event, revert }: Pick<EventResizeDoneArg, "event" | "revert">) => {
    const start = event.start!;
    const end = event.end ?? start;
    onMoved({
      event: event.extendedProps.event as CalendarEvent,
      day: dayOf(start),
      lastDay: event.allDay && event.end ? addDays(dayOf(end), -1) : dayOf(start),
      from: clockOf(start),
      to: clockOf(end),
      revert,
    });
  };
  const select = ({ start, end, allDay, view: { calendar } }: DateSelectArg) => {
    calendar.unselect();
    onNew(allDay ? newSlot(dayOf(start)) : { day: dayOf(start), from: clockOf(start), to: clockOf(end) });
  };
  // The same list as long as nothing changed: a new one would end a drag that is under way.
  const entries = useMemo(() => events.map((event) => entryOf(event, zone)), [events, zone]);
  const timed = events.filter(({ all_day }) => !all_day);
  const [firstHour, lastHour] = hoursShown(timed.map(({ start, end }) => [toWall(start, zone), toWall(end, zone)]), USUAL_HOURS);
  return (
    <div className="calendar">
      <FullCalendar
        ref={ref}
        plugins={[dayGrid, timeGrid, list, interaction]}
        initialView={view}
        views={{ timeGridDays: { type: "timeGrid", duration: { days: 3 } }, timeGrid: { dayHeaderFormat: { weekday: "short", day: "numeric" } } }}
        dayCellDidMount={({ el }) => {
          // FullCalendar names a cell by its number alone, which hides the events in it from a screen reader's name of it.
          el.removeAttribute("aria-labelledby");
          actsAsButton(el);
        }}
        dayHeaderDidMount={({ el }) => actsAsButton(el)}
        moreLinkDidMount={({ el }) => actsAsButton(el)}
        eventDidMount={({ el }) => actsAsButton(el, "dialog")}
        headerToolbar={false}
        timeZone="UTC"
        now={() => `${toWall(new Date().toISOString(), zone)}Z`}
        nowIndicator
        locale={language}
        firstDay={1}
        height="auto"
        slotMinTime={`${firstHour}:00:00`}
        slotMaxTime={`${lastHour}:00:00`}
        eventTimeFormat={{ hour: "2-digit", minute: "2-digit", hour12: false }}
        slotLabelFormat={{ hour: "2-digit", minute: "2-digit", hour12: false }}
        allDayText={t("calendar.allDay")}
        noEventsText={t("calendar.empty.list")}
        moreLinkText={(count) => t("calendar.more", { count })}
        navLinkHint={(text) => t("calendar.showDay", { day: text })}
        moreLinkHint={(count) => t("calendar.more", { count })}
        closeHint={t("action.close")}
        dayMaxEvents={4}
        navLinks
        navLinkDayClick={(date) => onDay(dayOf(date))}
        eventInteractive
        editable={canEdit}
        selectable={canEdit}
        selectLongPressDelay={400}
        eventLongPressDelay={400}
        longPressDelay={400}
        snapDuration="00:15:00"
        events={entries}
        eventContent={(arg) => <Content arg={arg} />}
        eventClick={({ event }) => onOpen(event.extendedProps.event as CalendarEvent)}
        eventAllow={(span, event) => span.allDay === event?.allDay}
        eventDrop={moved}
        eventResize={moved}
        select={select}
        datesSet={onWindow}
      />
    </div>
  );
}
