import { api, done, unwrap, unwrapPage } from "./client";
import type { Page } from "./client";
import type { SessionDetail, SessionListItem } from "./types";

export interface SessionFilters {
  q?: string;
  status?: string;
  session_type?: string;
  player_id?: string;
  page?: number;
}

export const SESSIONS_PER_PAGE = 12;

export function listSessions(filters: SessionFilters): Promise<Page<SessionListItem>> {
  const query = { ...filters, q: filters.q || undefined, per_page: SESSIONS_PER_PAGE };
  return unwrapPage<SessionListItem>(api.GET("/api/sessions", { params: { query } }));
}

export function getSession(id: string): Promise<SessionDetail> {
  return unwrap<SessionDetail>(api.GET("/api/sessions/{id}", { params: { path: { id } } }));
}

export function renameSession(id: string, title: string): Promise<SessionDetail> {
  return unwrap<SessionDetail>(api.PATCH("/api/sessions/{id}", { params: { path: { id } }, body: { title } }));
}

export function deleteSession(id: string): Promise<void> {
  return done(api.DELETE("/api/sessions/{id}", { params: { path: { id } } }));
}
