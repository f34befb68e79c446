import { useTranslation } from "react-i18next";
import { useRouteError } from "react-router";
import { Button } from "./button";
import { LogoMark } from "./logo";

/** What is left when a page's own code fails, or a new version replaced the parts this one wanted to load. */
export function CrashPage() {
  const { t } = useTranslation();
  const error = useRouteError();
  return (
    <main className="mx-auto grid min-h-dvh max-w-md place-content-center justify-items-center gap-4 p-6 text-center">
      <LogoMark className="size-16" />
      <h1 className="text-2xl font-semibold">{t("crash.title")}</h1>
      <p className="text-muted">{t("crash.text")}</p>
      <Button look="primary" onClick={() => location.reload()}>
        {t("crash.reload")}
      </Button>
      {error instanceof Error && <p className="text-sm text-muted">{error.message}</p>}
    </main>
  );
}
