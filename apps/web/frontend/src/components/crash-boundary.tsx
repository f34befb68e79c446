import { Component, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "./button";
import { LogoMark } from "./logo";

/** What is left when a page's own code fails, or a new version replaced the parts this one wanted to load. */
function CrashPage({ message }: { message: string }) {
  const { t } = useTranslation();
  return (
    <main className="mx-auto grid min-h-dvh max-w-md place-content-center justify-items-center gap-4 p-6 text-center">
      <LogoMark className="size-16" />
      <h1 className="text-2xl font-semibold">{t("crash.title")}</h1>
      <p className="text-muted">{t("crash.text")}</p>
      <Button look="primary" onClick={() => location.reload()}>
        {t("crash.reload")}
      </Button>
      <p className="text-sm text-muted">{message}</p>
    </main>
  );
}

export class CrashBoundary extends Component<{ children: ReactNode }, { message: string | null }> {
  override state = { message: null };

  static getDerivedStateFromError(error: unknown): { message: string } {
    return { message: error instanceof Error ? error.message : String(error) };
  }

  override render(): ReactNode {
    const { message } = this.state;
    return message === null ? this.props.children : <CrashPage message={message} />;
  }
}
