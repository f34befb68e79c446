import { Radio } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { LiveStatus } from "@/api/types";
import { ButtonLink } from "@/components/button";
import { Card } from "@/components/card";
import { usePreferences } from "@/hooks/use-preferences";
import { formatDate } from "@/units/format";

/** Sessions that run now, to be joined. */
export function RunningSessions({ sessions }: { sessions: readonly LiveStatus[] }) {
  const { t } = useTranslation();
  const { language, timeZone } = usePreferences();
  if (sessions.length === 0) return null;
  return (
    <section className="mb-6" aria-label={t("live.running")}>
      <h2 className="mb-1 text-xl font-semibold">{t("live.running")}</h2>
      <p className="mb-3 text-muted">{t("live.runningText")}</p>
      <ul className="grid gap-3">
        {sessions.map(({ session_id, title, started_at, cameras }) => (
          <li key={session_id}>
            <Card className="flex flex-wrap items-center gap-x-4 gap-y-3 p-4">
              <span className="grid size-11 shrink-0 place-items-center rounded-full bg-accent-soft text-accent-ink">
                <Radio className="size-5" aria-hidden="true" />
              </span>
              <div className="min-w-0 flex-1 basis-48">
                <h3 className="truncate font-sans font-semibold">{title}</h3>
                <p className="text-sm text-muted">
                  {t("live.since", { time: formatDate(started_at, language, timeZone) })} · {t("live.cameras", { count: cameras.length })}
                </p>
              </div>
              <ButtonLink to={`/live/${session_id}`} look="primary" size="sm" aria-label={`${t("live.watch")}: ${title}`}>
                {t("live.watch")}
              </ButtonLink>
            </Card>
          </li>
        ))}
      </ul>
    </section>
  );
}
