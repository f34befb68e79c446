import { api, done, unwrap, unwrapPage, type Page } from "./client";
import type { SessionDetail, SessionListItem, SessionType } from "./types";

export interface SessionFilters {
  q?: string;
  session_type?: SessionType;
  page?: number;
}

export const SESSIONS_PER_PAGE = 12;

const byId = (id: string) => ({ params: { path: { session_id: id } } });

export function listSessions(filters: SessionFilters): Promise<Page<SessionListItem>> {
  const query = { ...filters, q: filters.q || undefined, per_page: SESSIONS_PER_PAGE };
  return unwrapPage(api.GET("/api/sessions", { params: { query } })) as Promise<Page<SessionListItem>>;
}

export function getSession(id: string): Promise<SessionDetail> {
  return unwrap(api.GET("/api/sessions/{session_id}", byId(id))) as Promise<SessionDetail>;
}

export function renameSession(id: string, title: string): Promise<unknown> {
  return unwrap(api.PATCH("/api/sessions/{session_id}", { ...byId(id), body: { title } }));
}

export function deleteSession(id: string): Promise<void> {
  return done(api.DELETE("/api/sessions/{session_id}", byId(id)));
}
