/** What to call this phone until somebody gives it a better name. */
export function guessName(userAgent: string): string {
  if (/iPhone/.test(userAgent)) return "iPhone";
  if (/iPad/.test(userAgent)) return "iPad";
  const model = /Android[^;)]*;\s*([^;)]+?)(?:\s+Build[^;)]*)?[;)]/.exec(userAgent)?.[1];
  // Browsers that hide the model call every phone "K".
  if (/Android/.test(userAgent)) return model && model !== "K" ? model : "Android";
  if (/Macintosh/.test(userAgent)) return "Mac";
  if (/Windows/.test(userAgent)) return "Windows";
  return /Linux/.test(userAgent) ? "Linux" : "";
}

const CODE_LENGTH = 8;

/** A typed code without the gaps and dashes that people put in. */
export function plainCode(text: string): string {
  return text.replace(/[\s-]/g, "").toUpperCase();
}

export function isCode(text: string): boolean {
  return plainCode(text).length === CODE_LENGTH;
}
