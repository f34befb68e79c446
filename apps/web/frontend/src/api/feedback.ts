import { socketTicket } from "./account";
import { api, done, unwrap, unwrapPage, type Page } from "./client";
import { listen, type SocketPhase } from "./socket";
import type { Article, Feedback, FeedbackInput, FeedbackTemplate, LibraryDrill, SessionListItem } from "./types";

export interface FeedbackFilters {
  player_id?: string;
  session_id?: string;
}

/** What the socket says: the whole state each time. */
export interface FeedbackState {
  type: "progress" | "completed" | "failed";
  feedback_id: string;
  version: number;
  status: string;
  text: string;
  error: { code: string; message: string } | null;
}

const PER_PAGE = 20;
const MOST_SESSIONS = 50;

const byId = (id: string) => ({ params: { path: { feedback_id: id } } });

export async function listMeasured(): Promise<SessionListItem[]> {
  const page = await unwrapPage(api.GET("/api/sessions", { params: { query: { per_page: MOST_SESSIONS } } }));
  return (page.items as SessionListItem[]).filter(({ kpis }) => kpis !== null);
}

export function listTemplates(language: string): Promise<FeedbackTemplate[]> {
  return unwrap(api.GET("/api/feedback/templates", { params: { query: { language: language as "en" | "es" } } }));
}

export function generateFeedback(input: FeedbackInput): Promise<{ feedback_id: string }> {
  return unwrap(api.POST("/api/feedback/generate", { body: input }));
}

export function getFeedback(id: string): Promise<Feedback> {
  return unwrap(api.GET("/api/feedback/{feedback_id}", byId(id))) as Promise<Feedback>;
}

export function listFeedback(filters: FeedbackFilters, page: number): Promise<Page<Feedback>> {
  return unwrapPage(api.GET("/api/feedback", { params: { query: { ...filters, page, per_page: PER_PAGE } } })) as Promise<Page<Feedback>>;
}

export function rateFeedback(id: string, body: { rating: number; notes: string }): Promise<unknown> {
  return unwrap(api.POST("/api/feedback/{feedback_id}/rate", { ...byId(id), body }));
}

export function shareFeedback(id: string, shared: boolean): Promise<unknown> {
  return unwrap(api.POST("/api/feedback/{feedback_id}/share", { ...byId(id), body: { shared } }));
}

export function deleteFeedback(id: string): Promise<void> {
  return done(api.DELETE("/api/feedback/{feedback_id}", byId(id)));
}

export function getArticle(slug: string): Promise<Article> {
  return unwrap(api.GET("/api/feedback/articles/{slug}", { params: { path: { slug } } })) as Promise<Article>;
}

export function getDrill(key: string): Promise<LibraryDrill> {
  return unwrap(api.GET("/api/drills/{drill_key}", { params: { path: { drill_key: key } } })) as Promise<LibraryDrill>;
}

/** Follow a text while it is written. Returns `stop`. */
export function followFeedback(id: string, handlers: { onState: (state: FeedbackState) => void; onPhase: (phase: SocketPhase) => void }) {
  const { onState, onPhase } = handlers;
  return listen<FeedbackState>({ path: `feedback/${id}`, ticket: () => socketTicket("feedback", id), onMessage: onState, onPhase });
}
