import { socketTicket } from "./account";
import { api, done, unwrap, unwrapPage, type Page } from "./client";
import { listen, type SocketPhase } from "./socket";
import type { components } from "./schema";
import type {
  CalendarEvent, Drill, EventInput, EventScope, Feed, NewFeed, Proposal, RecommendAnswer, RecommendInput, Team, Verdict,
  WrittenEvent,
} from "./types";

/** The API's largest page. */
const PER_PAGE = 100;

export interface EventWindow {
  start: string;
  end: string;
  team_id?: string;
}

/** What of an event or series is changed, and by which version it was read. */
export interface EventTarget {
  id: string;
  version: number;
  scope: EventScope;
  occurrence: string | null;
}

export type EventChange = Partial<EventInput>;
export type WordsInput = components["schemas"]["ModifyInputRequest"];
export type WordsProposal = components["schemas"]["ModifyOutput"];
export type WordsChange = components["schemas"]["WordsChangeOutput"];
export type WordsOption = components["schemas"]["WordsOptionOutput"];
export type ValidateInput = components["schemas"]["ValidateInputRequest"];

export function listTeams(): Promise<Page<Team>> {
  return unwrapPage(api.GET("/api/teams", { params: { query: { per_page: PER_PAGE } } }));
}

/** Every event of a window, series expanded. */
export async function listEvents(window: EventWindow): Promise<CalendarEvent[]> {
  const found: CalendarEvent[] = [];
  for (let page = 1, pages = 1; page <= pages; page += 1) {
    const answer = await unwrapPage(api.GET("/api/calendar/events", { params: { query: { ...window, page, per_page: PER_PAGE } } }));
    found.push(...answer.items);
    pages = answer.pages;
  }
  return found;
}

export function getEvent(id: string, occurrence: string | null): Promise<CalendarEvent> {
  const params = { path: { event_id: id }, query: occurrence ? { occurrence } : {} };
  return unwrap(api.GET("/api/calendar/events/{event_id}", { params }));
}

/** With the same `key` again nothing is made twice. */
export function createEvent(input: EventInput, key: string): Promise<WrittenEvent> {
  return unwrap(api.POST("/api/calendar/events", { body: input, headers: { "Idempotency-Key": key } }));
}

export function changeEvent({ id, version, scope, occurrence }: EventTarget, change: EventChange): Promise<WrittenEvent> {
  const body = { ...change, version, scope, ...(scope !== "all" && { occurrence }) };
  return unwrap(api.PATCH("/api/calendar/events/{event_id}", { params: { path: { event_id: id } }, body }));
}

export function deleteEvent({ id, version, scope, occurrence }: EventTarget): Promise<void> {
  const query = { version, scope, ...(scope !== "all" && occurrence && { occurrence }) };
  return done(api.DELETE("/api/calendar/events/{event_id}", { params: { path: { event_id: id }, query } }));
}

export function validateEvent(input: ValidateInput): Promise<Verdict> {
  return unwrap(api.POST("/api/calendar/validate", { body: input }));
}

/** What a change in words comes to; nothing is changed by it. */
export function modifyEvent(input: WordsInput): Promise<WordsProposal> {
  return unwrap(api.POST("/api/calendar/modify", { body: input }));
}

export function recommend(input: RecommendInput): Promise<RecommendAnswer> {
  return unwrap(api.POST("/api/calendar/recommend", { body: input }));
}

export function listProposals(teamId: string): Promise<Page<Proposal>> {
  const query = { team_id: teamId, status: "proposed" as const, per_page: PER_PAGE };
  return unwrapPage(api.GET("/api/calendar/proposals", { params: { query } }));
}

export function acceptProposal(id: string, reason: string): Promise<unknown> {
  const body = reason ? { override_reason: reason } : {};
  return unwrap(api.POST("/api/calendar/proposals/{proposal_id}/accept", { params: { path: { proposal_id: id } }, body }));
}

export function dismissProposal(id: string): Promise<unknown> {
  return unwrap(api.POST("/api/calendar/proposals/{proposal_id}/dismiss", { params: { path: { proposal_id: id } } }));
}

export function getFeed(): Promise<Feed> {
  return unwrap(api.GET("/api/calendar/feed"));
}

export function makeFeed(): Promise<NewFeed> {
  return unwrap(api.POST("/api/calendar/feed"));
}

export function endFeed(): Promise<void> {
  return done(api.DELETE("/api/calendar/feed"));
}

/** The whole library that suits an age group. */
export async function listDrills(ageGroup?: string): Promise<Drill[]> {
  const query = { per_page: PER_PAGE, ordering: "title", ...(ageGroup && { age_group: ageGroup }) };
  const found: Drill[] = [];
  for (let page = 1, pages = 1; page <= pages; page += 1) {
    const answer = await unwrapPage(api.GET("/api/drills", { params: { query: { ...query, page } } }));
    found.push(...answer.items);
    pages = answer.pages;
  }
  return found;
}

export interface CalendarMessage {
  type: "connected" | "calendar_update" | "recommendation_ready";
}

/** Hear of every change that one may see. Returns `stop`. */
export function followCalendar(onMessage: (message: CalendarMessage) => void, onPhase: (phase: SocketPhase) => void) {
  return listen<CalendarMessage>({ path: "calendar", ticket: () => socketTicket("calendar", null), onMessage, onPhase });
}
