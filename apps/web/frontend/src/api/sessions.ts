import { api, done, unwrap, unwrapPage, type Page } from "./client";
import type { components } from "./schema";
import type { Attachment, SessionDetail, SessionListItem, SessionLoad, SessionLoadInput, SessionNote, SessionType, Stroke } from "./types";

export interface SessionFilters {
  q?: string;
  session_type?: SessionType;
  team_id?: string;
  page?: number;
  per_page?: number;
}

export const SESSIONS_PER_PAGE = 12;

const byId = (id: string) => ({ params: { path: { session_id: id } } });

export function listSessions(filters: SessionFilters): Promise<Page<SessionListItem>> {
  const query = { per_page: SESSIONS_PER_PAGE, ...filters, q: filters.q || undefined };
  return unwrapPage(api.GET("/api/sessions", { params: { query } })) as Promise<Page<SessionListItem>>;
}

export function getSession(id: string): Promise<SessionDetail> {
  return unwrap(api.GET("/api/sessions/{session_id}", byId(id))) as Promise<SessionDetail>;
}

export type SessionInput = components["schemas"]["SessionCreateInputRequest"];

export function createSession(body: SessionInput): Promise<{ id: string }> {
  return unwrap(api.POST("/api/sessions", { body }));
}

export type SessionChange = components["schemas"]["PatchedSessionInputRequest"];

export function editSession(id: string, body: SessionChange): Promise<unknown> {
  return unwrap(api.PATCH("/api/sessions/{session_id}", { ...byId(id), body }));
}

export function deleteSession(id: string): Promise<void> {
  return done(api.DELETE("/api/sessions/{session_id}", byId(id)));
}

const PARTS_PER_PAGE = 100;
const partsOf = (session_id: string) => ({ params: { path: { session_id }, query: { per_page: PARTS_PER_PAGE } } });

/** What was entered about how long and how hard it was, player by player. */
export function listLoads(id: string): Promise<Page<SessionLoad>> {
  return unwrapPage(api.GET("/api/sessions/{session_id}/rpe", partsOf(id)));
}

export function enterLoad(id: string, body: SessionLoadInput): Promise<SessionLoad> {
  return unwrap(api.POST("/api/sessions/{session_id}/rpe", { ...byId(id), body }));
}

export interface NoteInput {
  kind?: SessionNote["kind"];
  text: string;
  t_s: number | null;
  /** Of a drawing. */
  data?: { strokes: Stroke[] };
}

export function listNotes(id: string): Promise<Page<SessionNote>> {
  return unwrapPage(api.GET("/api/sessions/{session_id}/notes", partsOf(id)));
}

export function addNote(id: string, body: NoteInput): Promise<unknown> {
  return unwrap(api.POST("/api/sessions/{session_id}/notes", { ...byId(id), body: { kind: "text", ...body } }));
}

export function changeNote(session_id: string, note_id: string, body: NoteInput): Promise<unknown> {
  return unwrap(api.PATCH("/api/sessions/{session_id}/notes/{note_id}", { params: { path: { session_id, note_id } }, body }));
}

export function deleteNote(session_id: string, note_id: string): Promise<void> {
  return done(api.DELETE("/api/sessions/{session_id}/notes/{note_id}", { params: { path: { session_id, note_id } } }));
}

export function listAttachments(id: string): Promise<Page<Attachment>> {
  return unwrapPage(api.GET("/api/sessions/{session_id}/attachments", partsOf(id)));
}

/** `key` makes a repeated attempt the same upload. */
export function addAttachment(id: string, file: File, key: string): Promise<unknown> {
  const params = { path: { session_id: id }, header: { "Idempotency-Key": key } };
  return unwrap(
    api.POST("/api/sessions/{session_id}/attachments", {
      params,
      body: { file: file as unknown as string },
      bodySerializer: () => {
        const form = new FormData();
        form.append("file", file);
        return form;
      },
    }),
  );
}

export function deleteAttachment(session_id: string, attachment_id: string): Promise<void> {
  return done(
    api.DELETE("/api/sessions/{session_id}/attachments/{attachment_id}", { params: { path: { session_id, attachment_id } } }),
  );
}
