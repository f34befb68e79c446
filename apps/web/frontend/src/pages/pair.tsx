import { CircleCheck, Film, Radio, Unplug } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { ApiError } from "@/api/errors";
import { Banner } from "@/components/banner";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { Wordmark } from "@/components/logo";
import { FilmLive } from "@/components/live/film-live";
import { ConnectForm } from "@/components/pairing/connect-form";
import { SendFilm } from "@/components/pairing/send-film";
import { Loading, useErrorText } from "@/components/states";
import { useThisDevice } from "@/hooks/use-device";
import { useTitle } from "@/hooks/use-title";

type ThisDevice = ReturnType<typeof useThisDevice>;

function Paired({ device, check, leave }: Omit<ThisDevice, "device"> & { device: NonNullable<ThisDevice["device"]> }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const [asked, setAsked] = useState(false);
  const maySend = device.scopes.includes("scan");
  const mayFilm = device.scopes.includes("live");
  return (
    <div className="space-y-6">
      <Banner tone="good" title={t("pair.paired", { name: check.data?.name ?? device.name })}>
        {t("pair.pairedText")}
      </Banner>
      {check.isError && <Banner tone="warn">{errorText(check.error)}</Banner>}
      {mayFilm && <FilmLive device={device} />}
      <Card className="p-5">
        <h2 className="mb-3 text-lg font-semibold">{t("pair.may")}</h2>
        <ul className="space-y-2.5">
          {maySend && (
            <li className="flex items-start gap-3">
              <Film className="mt-0.5 size-5 shrink-0 text-good" aria-hidden="true" />
              {t("pair.scope.scan")}
            </li>
          )}
          {mayFilm && (
            <li className="flex items-start gap-3">
              <Radio className="mt-0.5 size-5 shrink-0 text-good" aria-hidden="true" />
              {t("pair.scope.live")}
            </li>
          )}
        </ul>
      </Card>
      {maySend && (
        <section>
          <h2 className="mb-3 text-lg font-semibold">{t("pair.film")}</h2>
          <SendFilm device={device} />
        </section>
      )}
      <div className="border-t border-line pt-5">
        {leave.isError && <Banner tone="bad" className="mb-3">{errorText(leave.error)}</Banner>}
        {asked ? (
          <div className="flex flex-wrap items-center gap-2">
            <span className="font-semibold">{t("pair.leaveAsk")}</span>
            <Button look="danger" busy={leave.isPending} onClick={() => leave.mutate()} autoFocus>
              {t("pair.leaveYes")}
            </Button>
            <Button look="quiet" onClick={() => setAsked(false)}>
              {t("action.cancel")}
            </Button>
          </div>
        ) : (
          <Button look="quiet" onClick={() => setAsked(true)}>
            <Unplug className="size-4" aria-hidden="true" />
            {t("pair.leave")}
          </Button>
        )}
      </div>
    </div>
  );
}

/** The phone's page: join a team by code, then film live and send films. No sign-in: the code is the right. */
export default function PairPage() {
  const { t } = useTranslation();
  const [search, setSearch] = useSearchParams();
  const token = search.get("token");
  const state = useThisDevice();
  const { device, check, join, forget } = state;
  const ended = device !== null && check.error instanceof ApiError && [401, 404].includes(check.error.status);
  useTitle(t("pair.title"));
  const connect = !device || ended || token;
  return (
    <div className="min-h-dvh">
      <header className="on-pond bg-pond px-5 py-4 text-on-pond">
        <Wordmark />
      </header>
      <main className="mx-auto max-w-xl px-5 py-7">
        <h1 className="mb-4 text-3xl font-semibold">{t(connect ? "pair.title" : "pair.titlePaired")}</h1>
        {!connect ? (
          check.isPending ? <Loading /> : <Paired {...state} device={device} />
        ) : (
          <>
            <p className="mb-6 text-muted">{t(token ? "pair.lead" : "pair.leadCode")}</p>
            {ended && !token && <Banner tone="warn" className="mb-5">{t("pair.ended")}</Banner>}
            {device && !ended && token && (
              <Banner
                tone="info"
                className="mb-5"
                action={
                  <Button size="sm" onClick={() => setSearch({}, { replace: true })}>
                    <CircleCheck className="size-4" aria-hidden="true" />
                    {t("pair.keep")}
                  </Button>
                }
              >
                {t("pair.already", { name: device.name })}
              </Banner>
            )}
            <ConnectForm
              key={token}
              token={token}
              busy={join.isPending}
              error={join.error}
              onTypeCode={() => {
                join.reset();
                setSearch({}, { replace: true });
                if (device) forget();
              }}
              onJoin={(input) => join.mutate(input, { onSuccess: () => setSearch({}, { replace: true }) })}
            />
          </>
        )}
      </main>
    </div>
  );
}
