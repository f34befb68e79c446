import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "@/api/client";
import { keys } from "@/api/query";
import { figureOf, KINDS, nextAfter, opacityOf, seekTime, span, type EventKind, type SessionEvent } from "@/events/marks";
import { Definitions } from "@/components/definitions";
import { Hint } from "@/components/figure";
import { usePreferences } from "@/hooks/use-preferences";
import type { VideoClock } from "@/overlay/clock";
import { formatClock } from "@/units/format";

/** More marks than this in one film cannot be told apart anyway. */
const MOST = 1000;

function useEvents(scanId: string, trackId: number) {
  return useQuery({
    queryKey: [...keys.scan(scanId), "events", trackId],
    queryFn: () =>
      unwrap(
        api.GET("/api/scan/{object_id}/events", {
          params: { path: { object_id: scanId }, query: { track_id: trackId, per_page: MOST } },
        }),
      ) as Promise<SessionEvent[]>,
  });
}

/** The figure of the catalogue that counts or measures a kind. */
const FIGURE_OF: Partial<Record<EventKind, string>> = {
  touch: "touches",
  possession: "possessions",
  dribble: "dribble_distance_m",
  pass: "passes_attempted",
  shot: "shot_ball_speed_mps",
  sprint: "sprint_count",
  jump: "jump_height_m",
};

interface RowProps {
  kind: EventKind;
  events: readonly SessionEvent[];
  clock: VideoClock;
}

function Row({ kind, events, clock }: RowProps) {
  const { t, i18n } = useTranslation();
  const { units } = usePreferences();
  const name = t(`events.kinds.${kind}`);
  const show = (event: SessionEvent | undefined) => event && clock.seek(seekTime(event));
  const said = (event: SessionEvent) => {
    const { foot } = event.figures;
    const which = foot === "left" || foot === "right" ? t(`events.feet.${foot}`) : "";
    const facts = [figureOf(event, units, i18n.language), which].filter(Boolean).join(", ");
    const mark = t("events.mark", { kind: name, time: formatClock(event.t0_s, 1) });
    return facts ? `${mark}: ${facts}` : mark;
  };
  return (
    <div className="grid grid-cols-[8.5rem_minmax(0,1fr)] items-center gap-3">
      <button
        type="button"
        onClick={() => show(nextAfter(events, clock.time))}
        className="flex min-h-8 items-baseline justify-between gap-2 rounded-field px-2 text-left text-sm text-muted hover:bg-sunken hover:text-ink"
      >
        <span className="truncate">{name}</span>
        <span className="figure font-semibold">
          {events.length}
          <span className="sr-only"> {t("events.next")}</span>
        </span>
      </button>
      {/* The button beside it does the same for whoever cannot point. */}
      <div className="relative h-4 rounded-full bg-sunken" aria-hidden="true">
        {events.map((event) => (
          <span
            key={event.id}
            title={said(event)}
            onClick={() => show(event)}
            className="absolute inset-y-0 min-w-1.5 cursor-pointer rounded-full bg-accent"
            style={{ ...span(event, clock.duration), opacity: opacityOf(event) }}
          />
        ))}
      </div>
    </div>
  );
}

/** What a player did, kind by kind along the film; a mark or a name shows the moment. Nothing where nothing was found. */
export default function EventMarks({ scanId, trackId, clock }: { scanId: string; trackId: number; clock: VideoClock }) {
  const { t } = useTranslation();
  const events = useEvents(scanId, trackId);
  const rows = KINDS.map((kind) => ({ kind, found: (events.data ?? []).filter((event) => event.kind === kind) }));
  const filled = rows.filter(({ found }) => found.length > 0);
  if (filled.length === 0) return null;
  return (
    <section className="mt-4 space-y-1 border-t border-line pt-3" aria-label={t("events.title")}>
      {filled.map(({ kind, found }) => (
        <Row key={kind} kind={kind} events={found} clock={clock} />
      ))}
      <div className="flex items-center justify-between gap-2 px-2 pt-1">
        <p className="text-xs text-muted">{t("events.doubt")}</p>
        <Hint label={t("events.what")}>
          <Definitions keys={filled.flatMap(({ kind }) => FIGURE_OF[kind] ?? [])} />
        </Hint>
      </div>
    </section>
  );
}
