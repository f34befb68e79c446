import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { PlayerKpis, SessionDetail } from "@/api/types";
import { Banner } from "@/components/banner";
import { Card } from "@/components/card";
import { SelectField } from "@/components/field";
import { ErrorState, Skeleton } from "@/components/states";
import { useScanKpis } from "@/hooks/use-scan";
import { KpiPanel } from "./kpi-panel";

/** Figures that came without a film: imported, or the demo's made-up season. */
export function FiguresOnly({ session }: { session: SessionDetail }) {
  const { t } = useTranslation();
  const kpis = useScanKpis(session.id, true);
  const [chosen, setChosen] = useState<number | null>(null);
  if (kpis.isPending) return <Skeleton className="h-60" />;
  if (kpis.isError) return <ErrorState error={kpis.error} retry={() => void kpis.refetch()} />;
  const { players } = kpis.data;
  const shown = players.find(({ track_id }) => track_id === chosen) ?? players[0];
  if (!shown) return <Banner tone="info">{t("session.noFilm")}</Banner>;
  const nameOf = ({ player, track_id }: PlayerKpis) => player?.display_name ?? t("track.name", { id: track_id });
  return (
    <div className="max-w-4xl space-y-5">
      <Banner tone="info">{session.synthetic ? session.description || t("sessions.synthetic") : t("session.noFilm")}</Banner>
      <SelectField
        label={t("kpi.for")}
        className="max-w-sm"
        value={shown.track_id}
        onChange={(event) => setChosen(Number(event.target.value))}
        options={players.map((player) => ({ value: String(player.track_id), label: nameOf(player) }))}
      />
      <Card className="p-5">
        <KpiPanel player={shown} />
      </Card>
    </div>
  );
}
