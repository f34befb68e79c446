/**
 * The access token lives in this module only: never in storage, where any script could read it. The refresh token is
 * an HttpOnly cookie which the browser sends to `/api/auth/` by itself; `X-Client: spa` asks the server for that form.
 */
let access: string | null = null;
let refreshing: Promise<boolean> | null = null;
let onSignedOut: () => void = () => undefined;

export const SPA_HEADERS = { "Content-Type": "application/json", "X-Client": "spa" } as const;

/** Refresh this long before the token's end, so that a long upload piece does not start with a dying one. */
const EXPIRY_MARGIN_S = 30;

let expiresAt = 0;

export function setAccessToken(token: string | null, expiresInSeconds = 0): void {
  access = token;
  expiresAt = token ? Date.now() + (expiresInSeconds - EXPIRY_MARGIN_S) * 1000 : 0;
}

export function setSignedOutHandler(handler: () => void): void {
  onSignedOut = handler;
}

export function signedOut(): void {
  setAccessToken(null);
  onSignedOut();
}

async function requestRefresh(): Promise<boolean> {
  const response = await fetch("/api/auth/token/refresh", {
    method: "POST",
    headers: SPA_HEADERS,
    credentials: "same-origin",
    body: "{}",
  });
  if (!response.ok) {
    // An unread body would keep the connection open.
    await response.body?.cancel();
    setAccessToken(null);
    return false;
  }
  const body = (await response.json()) as { data: { access: string; expires_in: number } };
  setAccessToken(body.data.access, body.data.expires_in);
  return true;
}

/** One tab at a time: each refresh replaces the cookie, and an old one sent meanwhile would be refused. */
function inTurn(work: () => Promise<boolean>): Promise<boolean> {
  return "locks" in navigator ? navigator.locks.request("axolotl-refresh", work) : work();
}

/** Get a new access token; calls made at the same time share one request. Rejects only when the network is down. */
export function refreshAccessToken(): Promise<boolean> {
  refreshing ??= inTurn(requestRefresh).finally(() => {
    refreshing = null;
  });
  return refreshing;
}

/** A token good for the next request, or null when nobody is signed in. */
export async function currentAccessToken(): Promise<string | null> {
  if (access && Date.now() < expiresAt) return access;
  return (await refreshAccessToken()) ? access : null;
}
