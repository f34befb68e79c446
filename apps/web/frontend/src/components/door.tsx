import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Wordmark } from "./logo";
import { PitchArt } from "./pitch-art";

/** What stands around the pages that are open to whoever is not signed in. */
export function Door({ title, children }: { title: string; children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <div className="grid min-h-dvh lg:grid-cols-[1.1fr_1fr]">
      <div className="on-pond relative flex flex-col justify-between overflow-hidden bg-pond px-6 py-6 text-on-pond sm:px-10 lg:py-10">
        <PitchArt className="absolute inset-0 size-full" />
        <div className="relative">
          <Wordmark />
        </div>
        <div className="relative mt-16 max-w-lg lg:mb-8">
          <p className="font-display text-[2rem] leading-[1.1] font-semibold text-balance sm:text-5xl">{t("signIn.claim")}</p>
          <p className="mt-4 text-on-pond-muted sm:text-lg">{t("signIn.promise")}</p>
        </div>
      </div>
      <main className="flex items-center justify-center px-6 py-10">
        <div className="w-full max-w-sm">
          <h1 className="mb-6 text-3xl font-semibold">{title}</h1>
          {children}
        </div>
      </main>
    </div>
  );
}
