import { ApiError, errorFrom } from "./errors";

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
let deviceKey: string | null = null;

/** Speak as a paired device from now on; null: as whoever is signed in. A device's key needs no refresh. */
export function actAsDevice(key: string | null): void {
  deviceKey = key;
}

export function setAccessToken(token: string | null, expiresInSeconds = 0): void {
  access = token;
  expiresAt = token ? Date.now() + (expiresInSeconds - EXPIRY_MARGIN_S) * 1000 : 0;
}

export function setSignedOutHandler(handler: () => void): void {
  onSignedOut = handler;
}

export function signedOut(): void {
  // A revoked device says nothing about who is signed in here.
  if (deviceKey) return;
  setAccessToken(null);
  onSignedOut();
}

/** Not a secret, only a hint: whether asking for a token is worth a request. */
const HINT_KEY = "axolotl.signed-in";

/** Remember over reloads that somebody signed in here, or that nobody is any more. */
export function rememberSignIn(signedIn: boolean): void {
  try {
    if (signedIn) localStorage.setItem(HINT_KEY, "1");
    else localStorage.removeItem(HINT_KEY);
  } catch {
    // Without storage every visit asks.
  }
}

function maySignedIn(): boolean {
  try {
    return localStorage.getItem(HINT_KEY) !== null;
  } catch {
    return true;
  }
}

function sendRefresh(): Promise<Response> {
  return fetch("/api/auth/token/refresh", {
    method: "POST",
    headers: SPA_HEADERS,
    credentials: "same-origin",
    body: "{}",
    // Each refresh replaces the cookie: one cut off by a reload would leave a used-up cookie behind.
    keepalive: true,
  }).catch(() => {
    throw new ApiError(0, "UNREACHABLE", "");
  });
}

/** So long the answer to a refresh of the page before this one may still be on its way. */
const OVERTAKEN_MS = 500;

async function requestRefresh(): Promise<boolean> {
  let response = await sendRefresh();
  if (response.status === 401 && maySignedIn()) {
    await response.body?.cancel();
    await new Promise((resolve) => setTimeout(resolve, OVERTAKEN_MS));
    response = await sendRefresh();
  }
  if (!response.ok) {
    // An unread body would keep the connection open.
    await response.body?.cancel();
    // A busy server is no refusal: whoever was signed in still is.
    if (response.status !== 401) throw errorFrom(response.status, null, response.headers.get("X-Request-ID"));
    setAccessToken(null);
    rememberSignIn(false);
    return false;
  }
  const body = (await response.json()) as { data: { access: string; expires_in: number } };
  setAccessToken(body.data.access, body.data.expires_in);
  rememberSignIn(true);
  return true;
}

/** One tab at a time: each refresh replaces the cookie, and an old one sent meanwhile would be refused. */
function inTurn(work: () => Promise<boolean>): Promise<boolean> {
  return "locks" in navigator ? navigator.locks.request("axolotl-refresh", work) : work();
}

/** Get a new access token; calls made at the same time share one request. Rejects when the server is away or busy. */
export function refreshAccessToken(): Promise<boolean> {
  if (deviceKey) return Promise.resolve(false);
  if (!access && !maySignedIn()) return Promise.resolve(false);
  refreshing ??= inTurn(requestRefresh).finally(() => {
    refreshing = null;
  });
  return refreshing;
}

/** A token good for the next request, or null when nobody is signed in. */
export async function currentAccessToken(): Promise<string | null> {
  if (deviceKey) return deviceKey;
  if (access && Date.now() < expiresAt) return access;
  return (await refreshAccessToken()) ? access : null;
}
