import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import en from "./en.json";
import type account from "./account.en.json";
import type compare from "./compare.en.json";
import type events from "./events.en.json";
import type feedback from "./feedback.en.json";
import type live from "./live.en.json";
import type plans from "./plans.en.json";
import type rig from "./rig.en.json";
import type space from "./space.en.json";

export const LANGUAGES = { en: "English", es: "Español" } as const;
export type Language = keyof typeof LANGUAGES;

const loaders: Record<Exclude<Language, "en">, () => Promise<{ default: object }>> = {
  es: () => import("./es.json"),
};

/** Sentences that only some pages say: they load with those pages. */
const PARTS = {
  account: { en: () => import("./account.en.json"), es: () => import("./account.es.json") },
  compare: { en: () => import("./compare.en.json"), es: () => import("./compare.es.json") },
  events: { en: () => import("./events.en.json"), es: () => import("./events.es.json") },
  feedback: { en: () => import("./feedback.en.json"), es: () => import("./feedback.es.json") },
  live: { en: () => import("./live.en.json"), es: () => import("./live.es.json") },
  plans: { en: () => import("./plans.en.json"), es: () => import("./plans.es.json") },
  space: { en: () => import("./space.en.json"), es: () => import("./space.es.json") },
  rig: { en: () => import("./rig.en.json"), es: () => import("./rig.es.json") },
} as const satisfies Record<string, Record<Language, () => Promise<{ default: object }>>>;
type Part = keyof typeof PARTS;

const inUse = new Set<Part>();
let wanted: Language = "en";

async function addParts(language: Language): Promise<void> {
  for (const part of inUse) {
    i18next.addResourceBundle(language, "translation", (await PARTS[part][language]()).default, true);
  }
}

/** A page together with the sentences that it alone says. */
export async function withTexts<Page>(part: Part, page: Promise<Page>): Promise<Page> {
  inUse.add(part);
  // The language may be changing just now; the part is needed in the one that is shown and in the one that comes.
  await Promise.all([addParts(wanted), addParts(i18next.language as Language)]);
  return page;
}

export function isLanguage(code: string): code is Language {
  return code in LANGUAGES;
}

export function detectLanguage(): Language {
  const code = navigator.language.slice(0, 2);
  return isLanguage(code) ? code : "en";
}

export async function changeLanguage(language: Language): Promise<void> {
  wanted = language;
  // At once: what is asked of the server from now on is asked in this language.
  document.documentElement.lang = language;
  if (language !== "en" && !i18next.hasResourceBundle(language, "translation")) {
    i18next.addResourceBundle(language, "translation", (await loaders[language]()).default);
  }
  await addParts(language);
  await i18next.changeLanguage(language);
}

void i18next.use(initReactI18next).init({
  resources: { en: { translation: en } },
  lng: "en",
  fallbackLng: "en",
  // React escapes what it renders.
  interpolation: { escapeValue: false },
});

export default i18next;

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "translation";
    resources: { translation: typeof en & typeof account & typeof compare & typeof events & typeof feedback & typeof live & typeof plans & typeof rig & typeof space };
  }
}
