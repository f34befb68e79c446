import { Smartphone } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { PairingOffer } from "@/api/types";
import { PageHeader } from "@/components/card";
import { CheckField } from "@/components/field";
import { DeviceCard } from "@/components/pairing/device-list";
import { OfferForm } from "@/components/pairing/offer-form";
import { OfferPanel } from "@/components/pairing/offer-panel";
import { EmptyState, ErrorState, Skeleton } from "@/components/states";
import { useMe } from "@/hooks/use-account";
import { useDevices, useMakeOffer } from "@/hooks/use-pairing";
import { useTitle } from "@/hooks/use-title";
import { ApiError } from "@/api/errors";

const MAY_PAIR = new Set(["owner", "coach"]);
const STAFF = new Set(["owner", "coach", "analyst"]);

export default function PairingPage() {
  const { t } = useTranslation();
  const { data: me } = useMe();
  const roles = new Map((me?.memberships ?? []).map(({ team, role }) => [team.id, role]));
  const devices = useDevices();
  const make = useMakeOffer();
  const [offer, setOffer] = useState<PairingOffer | null>(null);
  const [withOld, setWithOld] = useState(false);
  useTitle(t("pairing.title"));
  if (![...roles.values()].some((role) => STAFF.has(role))) return <ErrorState error={new ApiError(403, "PERMISSION_DENIED", "")} />;
  const mayPair = [...roles.values()].some((role) => MAY_PAIR.has(role));
  const all = devices.data?.items ?? [];
  const shown = all.filter(({ is_live }) => is_live || withOld);
  return (
    <>
      <PageHeader title={t("pairing.title")} lead={t("pairing.lead")} />
      {mayPair &&
        (offer ? (
          <OfferPanel key={offer.pairing_id} offer={offer} onDone={() => setOffer(null)} />
        ) : (
          <OfferForm busy={make.isPending} error={make.error} onMake={(input) => make.mutate(input, { onSuccess: setOffer })} />
        ))}
      <div className="mt-9 mb-4 flex flex-wrap items-center justify-between gap-x-6">
        <h2 className="text-xl font-semibold">{t("pairing.devices")}</h2>
        {all.some(({ is_live }) => !is_live) && (
          <CheckField label={t("pairing.showOld")} checked={withOld} onChange={({ target }) => setWithOld(target.checked)} />
        )}
      </div>
      {devices.isPending && <Skeleton className="h-24" />}
      {devices.isError && <ErrorState error={devices.error} retry={() => void devices.refetch()} />}
      {devices.data && shown.length === 0 && (
        <EmptyState icon={Smartphone} title={t("pairing.empty.title")}>
          {t("pairing.empty.text")}
        </EmptyState>
      )}
      <ul className="grid gap-3">
        {shown.map((device) => (
          <li key={device.device_id}>
            <DeviceCard device={device} canManage={MAY_PAIR.has(roles.get(device.team_id) ?? "")} />
          </li>
        ))}
      </ul>
    </>
  );
}
