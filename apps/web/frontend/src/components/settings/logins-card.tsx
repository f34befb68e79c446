import { LogOut, MonitorSmartphone } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Tag } from "@/components/badge";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { ErrorState, Skeleton, useErrorText } from "@/components/states";
import { useNotify } from "@/components/toast";
import { usePreferences } from "@/hooks/use-preferences";
import { useEndAllLogins, useEndLogin, useLogins } from "@/hooks/use-rights";
import { formatAgo } from "@/units/ago";

/** So many tell whether something is strange; the rest is a click away. */
const SHOWN = 4;

/** Where this account is signed in, and ending that. */
export function LoginsCard() {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const logins = useLogins();
  const end = useEndLogin();
  const endAll = useEndAllLogins();
  const notify = useNotify();
  const errorText = useErrorText();
  const [asked, setAsked] = useState(false);
  const [all, setAll] = useState(false);
  const items = [...(logins.data?.items ?? [])].sort((one, other) => Number(other.current) - Number(one.current));
  const onError = (error: unknown) => notify("bad", errorText(error));
  return (
    <Card className="p-6">
      <h2 className="mb-4 text-xl font-semibold">{t("logins.title")}</h2>
      {logins.isPending && <Skeleton className="h-24" />}
      {logins.isError && <ErrorState error={logins.error} retry={() => void logins.refetch()} />}
      <ul className="divide-y divide-line">
        {(all ? items : items.slice(0, SHOWN)).map(({ id, device, last_used_at, current }) => (
          <li key={id} className="flex flex-wrap items-center gap-x-4 gap-y-2 py-3 first:pt-0">
            <MonitorSmartphone className="size-5 shrink-0 text-muted" aria-hidden="true" />
            <div className="min-w-0 flex-1 basis-40">
              <p className="truncate font-semibold">{device || t("logins.unknown")}</p>
              <p className="text-sm text-muted">{t("logins.used", { when: formatAgo(last_used_at, language) })}</p>
            </div>
            {current ? (
              <Tag>{t("logins.current")}</Tag>
            ) : (
              <Button size="sm" busy={end.isPending && end.variables === id} aria-label={t("logins.endNamed", { name: device })} onClick={() => end.mutate(id, { onError })}>
                {t("logins.end")}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {!all && items.length > SHOWN && (
        <Button look="quiet" size="sm" onClick={() => setAll(true)}>
          {t("logins.more", { count: items.length - SHOWN })}
        </Button>
      )}
      <div className="mt-4 flex flex-wrap items-center gap-2">
        {asked && <span className="text-sm font-semibold">{t("logins.allAsk")}</span>}
        <Button look="danger" busy={endAll.isPending} onClick={() => (asked ? endAll.mutate(undefined, { onError }) : setAsked(true))}>
          <LogOut className="size-4" aria-hidden="true" />
          {t(asked ? "logins.allYes" : "logins.all")}
        </Button>
      </div>
    </Card>
  );
}
