import createClient, { type Middleware } from "openapi-fetch";
import { ApiError, errorFrom } from "./errors";
import type { paths } from "./schema";
import { currentAccessToken, refreshAccessToken, signedOut } from "./token";

const NO_AUTH = new Set([
  "/api/auth/token",
  "/api/auth/token/refresh",
  "/api/auth/invitations/accept",
  "/api/auth/password/reset",
  "/api/auth/password/confirm",
  "/api/auth/email/confirm",
  "/api/pairing/connect",
]);

function isOpen(url: string): boolean {
  return NO_AUTH.has(new URL(url, location.origin).pathname.replace(/\/$/, ""));
}

/** `fetch` with the access token; on 401 one refresh and one more try. */
export async function authorisedFetch(input: Request): Promise<Response> {
  if (isOpen(input.url)) return fetch(input);
  const again = input.clone();
  const token = await currentAccessToken();
  if (token) input.headers.set("Authorization", `Bearer ${token}`);
  const response = await fetch(input);
  if (response.status !== 401) return response;
  if (!(await refreshAccessToken())) {
    signedOut();
    return response;
  }
  await response.body?.cancel();
  again.headers.set("Authorization", `Bearer ${await currentAccessToken()}`);
  return fetch(again);
}

const spaHeader: Middleware = {
  onRequest({ request }) {
    request.headers.set("X-Client", "spa");
    request.headers.set("Accept-Language", document.documentElement.lang || "en");
    return request;
  },
};

export const api = createClient<paths, "application/json">({ baseUrl: location.origin, fetch: authorisedFetch });
api.use(spaHeader);

export interface Answer<Body> {
  data?: Body;
  error?: unknown;
  response: Response;
}

/** The body of a successful answer, or an `ApiError` with the server's message. */
async function bodyOf<Body>(call: Promise<Answer<Body>>): Promise<Body> {
  let answer: Answer<Body>;
  try {
    answer = await call;
  } catch (cause) {
    if (cause instanceof ApiError) throw cause;
    throw new ApiError(0, "UNREACHABLE", "");
  }
  const { data, error, response } = answer;
  if (!response.ok) throw errorFrom(response.status, error, response.headers.get("X-Request-ID"));
  return data as Body;
}

/** Take `data` out of the success envelope. */
export async function unwrap<Data>(call: Promise<Answer<{ data: Data }>>): Promise<Data> {
  return (await bodyOf(call)).data;
}

export interface Page<Item> {
  items: Item[];
  total: number;
  page: number;
  pages: number;
}

interface ListBody<Item> {
  data: Item[];
  pagination: { total: number; page: number; pages: number };
}

/** The same for a list: its rows and where they are among all. */
export async function unwrapPage<Item>(call: Promise<Answer<ListBody<Item>>>): Promise<Page<Item>> {
  const { data, pagination } = await bodyOf(call);
  return { items: data, total: pagination.total, page: pagination.page, pages: pagination.pages };
}

/** For answers without a body (204). */
export async function done(call: Promise<Answer<unknown>>): Promise<void> {
  await bodyOf(call);
}
