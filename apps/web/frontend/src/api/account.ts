import { api, done, unwrap } from "./client";
import { currentAccessToken, rememberSignIn, setAccessToken } from "./token";
import type { Me, TicketPurpose } from "./types";

export async function signIn(email: string, password: string): Promise<void> {
  const answer = await unwrap(api.POST("/api/auth/token", { body: { email, password } }));
  setAccessToken(answer.access, answer.expires_in);
  rememberSignIn(true);
}

export async function signOut(): Promise<void> {
  await done(api.POST("/api/auth/logout", { body: {} }));
  setAccessToken(null);
  rememberSignIn(false);
}

/** Who is signed in; null when nobody is. */
export async function fetchMe(): Promise<Me | null> {
  if (!(await currentAccessToken())) return null;
  return unwrap(api.GET("/api/auth/me"));
}

/** A single-use ticket for a socket; `objectId` null where the purpose opens all that one may see. */
export async function socketTicket(purpose: TicketPurpose, objectId: string | null): Promise<string> {
  const answer = await unwrap(api.POST("/api/auth/ticket", { body: { purpose, object_id: objectId } }));
  return answer.ticket;
}
