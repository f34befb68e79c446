/** What can be known about a file before a byte of it travels. The server checks again, by content. */
export const ALLOWED_EXTENSIONS = ["mp4", "mov", "avi", "mkv"] as const;
/** For a file chooser. */
export const FILM_ACCEPT = ["video/*", ...ALLOWED_EXTENSIONS.map((extension) => `.${extension}`)].join(",");
export const MAX_UPLOAD_BYTES = 10 * 1024 ** 3;

export type FileProblem = "extension" | "empty" | "tooLarge";

export function checkFile(file: { name: string; size: number }, maxBytes = MAX_UPLOAD_BYTES): FileProblem | null {
  const extension = /\.([^.]+)$/.exec(file.name)?.[1]?.toLowerCase() ?? "";
  if (!(ALLOWED_EXTENSIONS as readonly string[]).includes(extension)) return "extension";
  if (file.size === 0) return "empty";
  return file.size > maxBytes ? "tooLarge" : null;
}
