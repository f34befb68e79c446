import { CalendarSync, Copy, Link2Off } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Banner } from "@/components/banner";
import { Button } from "@/components/button";
import { ErrorState, Skeleton, useErrorText } from "@/components/states";
import { useNotify } from "@/components/toast";
import { useFeed, useFeedChange } from "@/hooks/use-calendar";
import { usePreferences } from "@/hooks/use-preferences";
import { formatDate } from "@/units/format";

/** The calendar link of this person: make it, copy it once, end it. */
export function FeedCard() {
  const { t } = useTranslation();
  const { language, timeZone } = usePreferences();
  const feed = useFeed();
  const { make, end } = useFeedChange();
  const notify = useNotify();
  const errorText = useErrorText();
  const [asked, setAsked] = useState(false);
  if (feed.isPending) return <Skeleton className="h-24" />;
  if (feed.isError) return <ErrorState error={feed.error} retry={() => void feed.refetch()} />;
  const { exists, last_read_at } = feed.data;
  const failed = { onError: (error: unknown) => notify("bad", errorText(error)) };
  const copy = (url: string) =>
    navigator.clipboard.writeText(url).then(
      () => notify("good", t("feed.copied")),
      () => notify("bad", t("feed.notCopied")),
    );
  return (
    <div className="space-y-4">
      <p className="text-muted">{t("feed.lead")}</p>
      {make.data && exists && (
        <Banner tone="good" title={t("feed.once")}>
          <p className="mt-1 rounded-field bg-surface px-3 py-2 font-mono text-sm break-all text-ink select-all">{make.data.url}</p>
          <div className="mt-3 flex flex-wrap gap-2">
            <Button size="sm" onClick={() => void copy(make.data!.url)}>
              <Copy className="size-4" aria-hidden="true" />
              {t("feed.copy")}
            </Button>
            <a href={make.data.webcal_url} className="inline-flex min-h-9 items-center rounded-field px-3 text-sm font-semibold text-ink underline hover:bg-surface">
              {t("feed.open")}
            </a>
          </div>
        </Banner>
      )}
      {exists && !make.data && (
        <p>{last_read_at ? t("feed.read", { when: formatDate(last_read_at, language, timeZone) }) : t("feed.notRead")}</p>
      )}
      <div className="flex flex-wrap gap-2">
        <Button look={exists ? "secondary" : "primary"} busy={make.isPending} onClick={() => make.mutate(undefined, failed)}>
          <CalendarSync className="size-4" aria-hidden="true" />
          {t(exists ? "feed.again" : "feed.make")}
        </Button>
        {exists && !asked && (
          <Button look="danger" onClick={() => setAsked(true)}>
            <Link2Off className="size-4" aria-hidden="true" />
            {t("feed.end")}
          </Button>
        )}
        {exists && asked && (
          <Button
            look="danger"
            autoFocus
            busy={end.isPending}
            onClick={() =>
              end.mutate(undefined, {
                ...failed,
                onSuccess: () => {
                  make.reset();
                  setAsked(false);
                },
              })
            }
          >
            {t("feed.endYes")}
          </Button>
        )}
      </div>
      {exists && <p className="text-sm text-muted">{t("feed.againHint")}</p>}
    </div>
  );
}
