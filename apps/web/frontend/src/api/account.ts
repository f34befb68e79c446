import { api, done, unwrap } from "./client";
import type { components } from "./schema";
import { currentAccessToken, rememberSignIn, setAccessToken } from "./token";
import type { Me, TicketPurpose } from "./types";

export async function signIn(email: string, password: string): Promise<void> {
  const answer = await unwrap(api.POST("/api/auth/token", { body: { email, password } }));
  setAccessToken(answer.access, answer.expires_in);
  rememberSignIn(true);
}

type Schemas = components["schemas"];

/** Join by the token of an invitation's link; signed in afterwards. */
export async function acceptInvitation(body: Schemas["InvitationAcceptInputRequest"]): Promise<void> {
  const answer = await unwrap(api.POST("/api/auth/invitations/accept", { body }));
  setAccessToken(answer.access, answer.expires_in);
  rememberSignIn(true);
}

export function askForReset(email: string): Promise<void> {
  return done(api.POST("/api/auth/password/reset", { body: { email } }));
}

export function resetPassword(body: Schemas["PasswordConfirmInputRequest"]): Promise<void> {
  return done(api.POST("/api/auth/password/confirm", { body }));
}

export function confirmEmail(token: string): Promise<void> {
  return done(api.POST("/api/auth/email/confirm", { body: { token } }));
}

export function changeMe(body: Schemas["PatchedMeInputRequest"]): Promise<Me> {
  return unwrap(api.PATCH("/api/auth/me", { body }));
}

/** Ask for another address; it counts once its mail's link was opened. */
export function changeEmail(body: Schemas["EmailChangeInputRequest"]): Promise<void> {
  return done(api.POST("/api/auth/email", { body }));
}

/** Every other log-in ends; this one goes on. */
export async function changePassword(body: Schemas["PasswordChangeInputRequest"]): Promise<void> {
  const answer = await unwrap(api.POST("/api/auth/password", { body }));
  setAccessToken(answer.access, answer.expires_in);
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
