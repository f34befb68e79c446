import type FullCalendar from "@fullcalendar/react";
import clsx from "clsx";
import { CalendarPlus, CalendarSync, ChevronLeft, ChevronRight, LoaderCircle, Sparkles, WifiOff } from "lucide-react";
import { lazy, Suspense, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import type { EventWindow } from "@/api/calendar";
import type { CalendarEvent } from "@/api/types";
import { endAfter, formOf, newForm, type EventForm, type Slot } from "@/calendar/event-form";
import { fromWall, sharedZone, today } from "@/calendar/zones";
import { Banner } from "@/components/banner";
import { Button, ButtonLink } from "@/components/button";
import { Card, PageHeader } from "@/components/card";
import { EventDetails } from "@/components/calendar/event-details";
import { EventDialog } from "@/components/calendar/event-dialog";
import { FeedCard } from "@/components/calendar/feed-card";
import type { CalendarView, Moved } from "@/components/calendar/grid";
import { KIND_ICONS } from "@/components/calendar/kinds";
import { Dialog } from "@/components/dialog";
import { SelectField } from "@/components/field";
import { ErrorState, Loading, useErrorText } from "@/components/states";
import { useNotify } from "@/components/toast";
import { useCanEdit } from "@/hooks/use-account";
import { useCalendarUpdates, useChangeEvent, useEvents, useTeams, useZone } from "@/hooks/use-calendar";
import { usePreferences } from "@/hooks/use-preferences";
import { useTitle } from "@/hooks/use-title";

const CalendarGrid = lazy(() => import("@/components/calendar/grid"));

/** When a session begins if the coach only chose a day. */
const USUAL_START = "17:30";
const USUAL_MINUTES = 90;
const NARROW = "(max-width: 639px)";

interface Opened {
  event: CalendarEvent | null;
  form: EventForm;
}

function ViewSwitch({ view, onView, narrow }: { view: CalendarView; onView: (view: CalendarView) => void; narrow: boolean }) {
  const { t } = useTranslation();
  const views: readonly (readonly [CalendarView, "month" | "week" | "days" | "list"])[] = [
    ["dayGridMonth", "month"],
    narrow ? ["timeGridDays", "days"] : ["timeGridWeek", "week"],
    ["listMonth", "list"],
  ];
  return (
    <div role="group" aria-label={t("calendar.view.label")} className="inline-flex rounded-field bg-sunken p-1">
      {views.map(([value, key]) => (
        <button
          key={value}
          type="button"
          aria-pressed={view === value}
          onClick={() => onView(value)}
          className={clsx(
            "min-h-9 rounded-[0.45rem] px-3 text-sm font-semibold",
            view === value ? "bg-surface text-ink shadow-card" : "text-muted hover:text-ink",
          )}
        >
          {t(`calendar.view.${key}`)}
        </button>
      ))}
    </div>
  );
}

function Legend() {
  const { t } = useTranslation();
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1 text-sm text-muted">
      {(["training", "match", "recovery", "assessment"] as const).map((kind) => {
        const Icon = KIND_ICONS[kind];
        return (
          <li key={kind} className="flex items-center gap-1.5">
            <Icon className="size-4" aria-hidden="true" />
            {t(`calendar.kind.${kind}`)}
          </li>
        );
      })}
    </ul>
  );
}

export default function CalendarPage() {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const [search, setSearch] = useSearchParams();
  const teams = useTeams();
  const team = teams.data?.items.find(({ id }) => id === search.get("team")) ?? teams.data?.items[0] ?? null;
  const ownZone = useZone(team);
  const canEdit = useCanEdit(team?.id);
  const [narrow] = useState(() => matchMedia(NARROW).matches);
  const [view, setView] = useState<CalendarView>(narrow ? "listMonth" : "dayGridMonth");
  const [window, setWindow] = useState<Omit<EventWindow, "team_id"> | null>(null);
  const [heading, setHeading] = useState("");
  const [opened, setOpened] = useState<Opened | null>(null);
  const [subscribing, setSubscribing] = useState(false);
  const grid = useRef<FullCalendar>(null);
  const lost = useCalendarUpdates();
  const events = useEvents(window && { ...window, ...(team && { team_id: team.id }) });
  const zone = (team ? null : sharedZone(events.data)) ?? ownZone;
  const change = useChangeEvent();
  const notify = useNotify();
  const errorText = useErrorText();
  useTitle(t("calendar.title"));

  // The grid is loaded by itself: until it is there, it will begin with the view that is chosen.
  const calendar = () => grid.current?.getApi();
  const showView = (next: CalendarView, day?: string) => {
    setView(next);
    calendar()?.changeView(next, day);
  };
  const newSlot = (day: string): Slot => ({
    day,
    from: USUAL_START,
    to: endAfter(USUAL_START, team?.default_training_duration_min ?? USUAL_MINUTES),
  });
  const openNew = (slot: Slot) => setOpened({ event: null, form: newForm(slot) });
  const openEvent = (event: CalendarEvent) => setOpened({ event, form: formOf(event, zone) });
  const move = ({ event, revert, lastDay, ...slot }: Moved) => {
    const form = { ...formOf(event, zone), ...(event.all_day ? { day: slot.day } : slot), last_day: lastDay };
    const ask = () => {
      revert();
      setOpened({ event, form });
    };
    // Of a series the coach must say how much is meant; a span over midnight does not fit the form.
    if (event.is_series || (!event.all_day && slot.to <= slot.from)) return ask();
    const times = event.all_day
      ? { start_date: form.day, end_date: form.last_day }
      : { start: fromWall(`${form.day}T${form.from}`, zone), end: fromWall(`${form.day}T${form.to}`, zone) };
    change.mutate({ target: { id: event.id, version: event.version, scope: "all", occurrence: null }, change: times }, {
      onSuccess: () => notify("good", t("calendar.moved", { title: event.title })),
      onError: (error) => {
        notify("bad", errorText(error));
        ask();
      },
    });
  };

  if (teams.isPending) return <Loading />;
  if (teams.isError) return <ErrorState error={teams.error} retry={() => void teams.refetch()} />;
  return (
    <>
      <PageHeader
        title={t("calendar.title")}
        lead={t(canEdit ? "calendar.lead" : "calendar.readOnly")}
        actions={
          <>
            <Button onClick={() => setSubscribing(true)}>
              <CalendarSync className="size-4" aria-hidden="true" />
              {t("calendar.subscribe")}
            </Button>
            {canEdit && (
              <>
                <ButtonLink to={`/calendar/proposals${team ? `?team=${team.id}` : ""}`}>
                  <Sparkles className="size-4" aria-hidden="true" />
                  {t("proposals.title")}
                </ButtonLink>
                <Button look="primary" onClick={() => openNew(newSlot(today(zone)))}>
                  <CalendarPlus className="size-4" aria-hidden="true" />
                  {t("calendar.new")}
                </Button>
              </>
            )}
          </>
        }
      />
      <Card className="overflow-hidden">
        <div className="flex flex-wrap items-center gap-x-4 gap-y-3 border-b border-line px-4 py-3">
          <div className="flex items-center gap-1">
            <Button look="quiet" size="icon" aria-label={t("calendar.before")} onClick={() => calendar()?.prev()}>
              <ChevronLeft className="size-5" aria-hidden="true" />
            </Button>
            <Button look="quiet" size="icon" aria-label={t("calendar.after")} onClick={() => calendar()?.next()}>
              <ChevronRight className="size-5" aria-hidden="true" />
            </Button>
            <Button size="sm" onClick={() => calendar()?.today()}>
              {t("calendar.today")}
            </Button>
          </div>
          <h2 className="min-w-0 flex-1 text-xl font-semibold first-letter:uppercase" aria-live="polite">
            {heading}
          </h2>
          {(events.isFetching || !window) && <LoaderCircle className="size-5 animate-spin text-muted" role="img" aria-label={t("state.loading")} />}
          {teams.data.items.length > 1 && (
            <SelectField
              className="w-full sm:w-48 [&_label]:sr-only"
              label={t("calendar.team")}
              value={team?.id ?? ""}
              onChange={({ target }) => setSearch({ team: target.value }, { replace: true })}
              options={teams.data.items.map(({ id, name }) => ({ value: id, label: name }))}
            />
          )}
          <ViewSwitch view={view} onView={showView} narrow={narrow} />
        </div>
        {lost && (
          <p role="status" className="flex items-center gap-2 bg-warn-soft px-4 py-2 text-sm font-semibold text-warn">
            <WifiOff className="size-4" aria-hidden="true" />
            {t("calendar.lost")}
          </p>
        )}
        {events.isError && !events.data ? (
          <div className="p-4">
            <Banner tone="bad" title={t("calendar.notLoaded")} action={<Button size="sm" onClick={() => void events.refetch()}>{t("action.tryAgain")}</Button>}>
              {errorText(events.error)}
            </Banner>
          </div>
        ) : null}
        <div aria-busy={events.isPending || events.isPlaceholderData}>
          <Suspense fallback={<Loading />}>
            <CalendarGrid
              ref={grid}
              events={events.data ?? []}
              zone={zone}
              view={view}
              language={language}
              canEdit={canEdit}
              newSlot={newSlot}
              onNew={openNew}
              onOpen={openEvent}
              onMoved={move}
              onDay={(day) => showView("listMonth", day)}
              onWindow={({ start, end, view: { title } }) => {
                setHeading(title);
                const wall = (date: Date) => date.toISOString().slice(0, 16);
                setWindow({ start: fromWall(wall(start), zone), end: fromWall(wall(end), zone) });
              }}
            />
          </Suspense>
        </div>
        <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 border-t border-line px-4 py-3">
          <Legend />
          <p className="text-sm text-muted">{t("calendar.zone", { zone })}</p>
        </div>
      </Card>
      {events.data?.length === 0 && view !== "listMonth" && (
        <p role="status" className="mt-4 text-center text-muted">{t(canEdit ? "calendar.empty.text" : "calendar.empty.readOnly")}</p>
      )}
      {opened && (canEdit || !opened.event) && (
        <EventDialog key={`${opened.event?.key}`} team={team} zone={zone} event={opened.event} form={opened.form} onClose={() => setOpened(null)} />
      )}
      {opened?.event && !canEdit && <EventDetails event={opened.event} zone={zone} onClose={() => setOpened(null)} />}
      <Dialog open={subscribing} onOpenChange={setSubscribing} title={t("feed.title")}>
        <FeedCard />
      </Dialog>
    </>
  );
}
