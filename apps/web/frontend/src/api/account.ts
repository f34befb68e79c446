import { api, done, unwrap } from "./client";
import { refreshAccessToken, setAccessToken } from "./token";
import type { Me, Team } from "./types";

export async function signIn(email: string, password: string): Promise<void> {
  const answer = await unwrap<{ access: string; expires_in: number }>(
    api.POST("/api/auth/token", { body: { email, password } }),
  );
  setAccessToken(answer.access, answer.expires_in);
}

export async function signOut(): Promise<void> {
  await done(api.POST("/api/auth/logout", { body: {} }));
  setAccessToken(null);
}

/** Who is signed in; null when nobody is. */
export async function fetchMe(): Promise<Me | null> {
  if (!(await refreshAccessToken())) return null;
  return unwrap<Me>(api.GET("/api/auth/me"));
}

export function listTeams(): Promise<Team[]> {
  return unwrap<Team[]>(api.GET("/api/teams"));
}

export async function socketTicket(purpose: string, objectId: string): Promise<string> {
  const answer = await unwrap<{ ticket: string }>(
    api.POST("/api/auth/ticket", { body: { purpose, object_id: objectId } }),
  );
  return answer.ticket;
}
