import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { PairingOffer } from "@/api/types";
import { Dialog } from "@/components/dialog";
import { OfferForm } from "@/components/pairing/offer-form";
import { OfferPanel } from "@/components/pairing/offer-panel";
import { useMakeOffer } from "@/hooks/use-pairing";

/** Pair a phone without leaving the session; one paired before needs no code. */
export function AddPhone({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const make = useMakeOffer();
  const [offer, setOffer] = useState<PairingOffer | null>(null);
  return (
    <Dialog wide open={open} onOpenChange={(next) => !next && onClose()} title={t("live.phone.title")} description={t("live.phone.how", { address: `${location.host}/pair` })}>
      <p className="mb-4">{t("live.phone.then")}</p>
      {offer ? (
        <OfferPanel key={offer.pairing_id} offer={offer} onDone={() => setOffer(null)} />
      ) : (
        <OfferForm busy={make.isPending} error={make.error} onMake={(input) => make.mutate(input, { onSuccess: setOffer })} />
      )}
    </Dialog>
  );
}
