const BYTES = 16;

/** A key nobody guesses. (`crypto.randomUUID` is missing on pages without TLS, which a phone on the pitch may see.) */
export function randomKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(BYTES))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
