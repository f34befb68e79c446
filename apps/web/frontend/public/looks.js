// The theme and the language that this browser showed last, before anything is drawn: no flash of another one.
// A file of its own that the page waits for: the content security policy forbids scripts inside the page.
try {
  const { theme, language } = JSON.parse(localStorage.getItem("axolotl.preferences") ?? "{}");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  if (typeof language === "string") document.documentElement.lang = language;
} catch {
  // Private windows may refuse storage; the browser's own looks do.
}
