import { api, done, unwrap, unwrapPage, type Answer, type Page } from "./client";
import type { ErasurePlan, ExportLink, LogIn } from "./types";

const PER_PAGE = 100;

export function listLogins(): Promise<Page<LogIn>> {
  return unwrapPage(api.GET("/api/auth/sessions", { params: { query: { per_page: PER_PAGE } } }));
}

export function endLogin(id: string): Promise<void> {
  return done(api.DELETE("/api/auth/sessions/{login_id}", { params: { path: { login_id: id } } }));
}

export function endAllLogins(): Promise<void> {
  return done(api.POST("/api/auth/logout/all"));
}

/** A link to everything about a player; null: about my account. */
export function exportLink(playerId: string | null): Promise<ExportLink> {
  if (!playerId) return unwrap(api.GET("/api/me/export"));
  return unwrap(api.GET("/api/players/{player_id}/export", { params: { path: { player_id: playerId } } }));
}

function askErasure(playerId: string | null, body: { token?: string; password?: string }) {
  if (!playerId) return api.POST("/api/me/erasure", { body });
  return api.POST("/api/players/{player_id}/erasure", { params: { path: { player_id: playerId } }, body: { token: body.token } });
}

/** What would go; nothing is erased yet. The same route answers 202 with a plan, and 200 with a receipt. */
export function planErasure(playerId: string | null, password: string): Promise<ErasurePlan> {
  return unwrap(askErasure(playerId, { password }) as Promise<Answer<{ data: ErasurePlan }>>);
}

/** Do what a plan said. */
export function eraseForGood(playerId: string | null, token: string): Promise<void> {
  return done(askErasure(playerId, { token }));
}
