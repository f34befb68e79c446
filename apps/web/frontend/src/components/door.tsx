import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Wordmark } from "./logo";
import { PitchArt } from "./pitch-art";

/** What stands around the pages that are open to whoever is not signed in. */
export function Door({ title, children }: { title: string; children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <div className="grid min-h-dvh max-lg:grid-rows-[auto_1fr] lg:grid-cols-[1.1fr_1fr]">
      <div className="on-pond relative flex flex-col justify-between overflow-hidden bg-pond px-6 py-6 text-on-pond sm:px-10 lg:py-10">
        <PitchArt className="absolute inset-0 size-full max-lg:hidden" />
        <div className="relative">
          <Wordmark />
        </div>
        {/* On a phone the form is what one came for: it stands in the first picture. */}
        <div className="relative mt-5 max-w-lg lg:mt-16 lg:mb-8">
          <p className="font-display text-xl leading-[1.15] font-semibold text-balance lg:text-5xl lg:leading-[1.1]">{t("signIn.claim")}</p>
          <p className="mt-4 text-lg text-on-pond-muted max-lg:hidden">{t("signIn.promise")}</p>
        </div>
      </div>
      <main className="flex justify-center px-6 py-8 lg:items-center lg:py-10">
        <div className="w-full max-w-sm">
          <h1 className="mb-6 text-3xl font-semibold">{title}</h1>
          {children}
        </div>
      </main>
    </div>
  );
}

/** The way out of a page that a mail led to. */
export function BackToSignIn() {
  const { t } = useTranslation();
  return (
    <p className="mt-6 text-sm">
      <Link to="/sign-in" className="inline-flex min-h-9 items-center font-semibold text-muted underline hover:text-ink">
        {t("door.back")}
      </Link>
    </p>
  );
}
