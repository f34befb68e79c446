import clsx from "clsx";
import { CircleCheck, Clock3, LoaderCircle, WifiOff } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { OfferState } from "@/api/pairing";
import type { PairingOffer } from "@/api/types";
import { Banner } from "@/components/banner";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { useCountdown } from "@/hooks/use-countdown";
import { useCloseOffer, useOffer } from "@/hooks/use-pairing";
import { formatClock } from "@/units/format";
import { DEVICE_ICONS } from "./kinds";

interface PanelProps {
  offer: PairingOffer;
  onDone: () => void;
}

const HURRY_S = 60;

/** The code as QR and text, how long it is good, and the devices that come by it. */
export function OfferPanel({ offer, onDone }: PanelProps) {
  const { t } = useTranslation();
  const { message, lost } = useOffer(offer.pairing_id);
  const close = useCloseOffer();
  const seconds = useCountdown(offer.expires_at);
  const state: OfferState = message && message.pairing.state !== "open" ? message.pairing.state : seconds === 0 ? "expired" : "open";
  const devices = message?.pairing.devices ?? [];
  const coming = message?.type === "pairing_request" ? message.device : null;
  const page = new URL(offer.pairing_url);
  const isPhone = offer.device_type === "mobile";
  const finish = () => {
    if (state === "open") close.mutate(offer.pairing_id);
    onDone();
  };
  return (
    <Card className="grid gap-6 p-5 sm:p-6 md:grid-cols-[auto_1fr]">
      <div className="mx-auto w-full max-w-64">
        {state === "open" ? (
          <img
            src={`data:image/svg+xml;utf8,${encodeURIComponent(offer.qr_svg)}`}
            alt={t("pairing.qr")}
            className="w-full rounded-card border border-line bg-white p-3"
          />
        ) : (
          <div
            className={clsx(
              "grid w-full place-items-center content-center gap-2 rounded-card p-6 text-center font-semibold",
              state === "full" ? "bg-good-soft text-good" : "aspect-square border border-dashed border-line-strong/60 text-muted",
            )}
          >
            {state === "full" && <CircleCheck className="size-10" aria-hidden="true" />}
            {t(`pairing.state.${state}`)}
          </div>
        )}
        {state === "open" && (
          <p className={`mt-3 flex items-center justify-center gap-2 font-semibold ${seconds <= HURRY_S ? "text-warn" : "text-muted"}`}>
            <Clock3 className="size-4" aria-hidden="true" />
            <span className="figure" role="timer" aria-label={t("pairing.left", { time: formatClock(seconds) })}>
              {formatClock(seconds)}
            </span>
          </p>
        )}
      </div>
      <div className="min-w-0 space-y-5">
        {state === "open" && (
          <div className="space-y-3">
            {isPhone && <p>{t("pairing.stepScan")}</p>}
            <p>{isPhone ? t("pairing.stepType", { address: `${page.host}${page.pathname}` }) : t("pairing.stepTool")}</p>
            <p data-testid="pairing-code" className="figure text-3xl font-semibold tracking-[0.18em] select-all">{offer.code}</p>
          </div>
        )}
        {lost && (
          <p role="status" className="flex items-center gap-2 rounded-field bg-warn-soft px-4 py-2.5 text-sm font-semibold text-warn">
            <WifiOff className="size-4" aria-hidden="true" />
            {t("pairing.lost")}
          </p>
        )}
        {message?.type === "pairing_failed" && message.reason === "wrong_code" && (
          <Banner tone="warn">{t("pairing.wrongCode", { count: message.pairing.wrong_tries_left })}</Banner>
        )}
        {message?.type === "pairing_failed" && message.reason === "wrong_device_type" && (
          <Banner tone="warn">{t("pairing.wrongType", { name: message.device?.name ?? "" })}</Banner>
        )}
        <div aria-live="polite">
          <h3 className="mb-2 font-semibold">{t("pairing.joined", { count: devices.length, max: offer.max_devices })}</h3>
          <ul className="space-y-2">
            {devices.map((device) => {
              const Icon = DEVICE_ICONS[device.device_type];
              return (
                <li key={device.device_id} className="flex items-center gap-3 rounded-field bg-good-soft px-4 py-3">
                  <Icon className="size-5 text-good" aria-hidden="true" />
                  <span className="min-w-0 flex-1 truncate font-semibold">{device.name}</span>
                  <CircleCheck className="size-5 text-good" aria-label={t("pairing.connected")} />
                </li>
              );
            })}
            {coming && (
              <li className="flex items-center gap-3 rounded-field bg-sunken px-4 py-3">
                <LoaderCircle className="size-5 animate-spin text-muted" aria-hidden="true" />
                {t("pairing.coming", { name: coming.name })}
              </li>
            )}
            {devices.length === 0 && !coming && state === "open" && <li className="text-muted">{t("pairing.waiting")}</li>}
          </ul>
        </div>
        <Button look={state === "open" ? "secondary" : "primary"} onClick={finish}>
          {t(state === "open" ? "pairing.finish" : "pairing.another")}
        </Button>
      </div>
    </Card>
  );
}
