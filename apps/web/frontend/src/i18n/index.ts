import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import en from "./en.json";

export const LANGUAGES = { en: "English", es: "Español" } as const;
export type Language = keyof typeof LANGUAGES;

const loaders: Record<Exclude<Language, "en">, () => Promise<{ default: object }>> = {
  es: () => import("./es.json"),
};

export function isLanguage(code: string): code is Language {
  return code in LANGUAGES;
}

export function detectLanguage(): Language {
  const code = navigator.language.slice(0, 2);
  return isLanguage(code) ? code : "en";
}

export async function changeLanguage(language: Language): Promise<void> {
  if (language !== "en" && !i18next.hasResourceBundle(language, "translation")) {
    i18next.addResourceBundle(language, "translation", (await loaders[language]()).default);
  }
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
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
    resources: { translation: typeof en };
  }
}
