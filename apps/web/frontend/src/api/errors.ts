/** A failed call, with the sentence the server wrote for the user. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly details: readonly string[] = [],
    readonly requestId: string | null = null,
    /** What an error of its kind says beside that: findings of a safety rule, who changed an event. */
    readonly extra: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
    this.name = "ApiError";
  }

  /** The network answered nothing: offline, or the server is down. */
  get unreachable(): boolean {
    return this.status === 0;
  }

  /** The server answered, and asking again would be answered the same. */
  get refused(): boolean {
    return this.status >= 400 && this.status < 500;
  }
}

interface ErrorEnvelope {
  error: { code: string; message: string; details?: unknown };
}

function isErrorEnvelope(body: unknown): body is ErrorEnvelope {
  const error = (body as { error?: { code?: unknown; message?: unknown } } | null)?.error;
  return typeof error?.code === "string" && typeof error.message === "string";
}

export function errorFrom(status: number, body: unknown, requestId: string | null): ApiError {
  if (isErrorEnvelope(body)) {
    const details = Array.isArray(body.error.details) ? body.error.details.map(String) : [];
    return new ApiError(status, body.error.code, body.error.message, details, requestId, { ...body.error });
  }
  return new ApiError(status, status === 0 ? "UNREACHABLE" : "SERVER_ERROR", "", [], requestId);
}
