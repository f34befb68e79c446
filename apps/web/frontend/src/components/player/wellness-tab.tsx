import { Plus } from "lucide-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Player } from "@/api/types";
import { Banner } from "@/components/banner";
import { Button } from "@/components/button";
import { Chart } from "@/components/chart/chart";
import { dayStart, type Series } from "@/components/chart/series";
import { Panel } from "@/components/dashboard/panel";
import { Dialog } from "@/components/dialog";
import { useEntries } from "@/hooks/use-entries";
import { localDay } from "./entry-fields";
import { EntryForm } from "./entry-form";
import { EntryHistory } from "./entry-history";
import { usePlayerRights } from "./rights";

function WellnessChart({ playerId, name }: { playerId: string; name: string }) {
  const { t } = useTranslation();
  const { data } = useEntries("wellness", playerId);
  const rows = useMemo(() => [...(data?.items ?? [])].reverse(), [data]);
  const x = useMemo(() => rows.map(({ date }) => dayStart(date)), [rows]);
  const series = useMemo<Series[]>(
    () => [
      { key: "pain", label: t("entry.fields.pain"), kind: "line", color: "--c-accent", values: rows.map(({ pain }) => pain) },
      { key: "soreness", label: t("entry.fields.soreness"), kind: "dashed", color: "--c-teal", values: rows.map(({ soreness }) => soreness) },
      { key: "sleep", label: t("wellness.sleep"), kind: "bars", color: "--c-line-strong", values: rows.map(({ sleep_h }) => sleep_h) },
    ],
    [rows, t],
  );
  if (rows.length < 2) return null;
  return <Chart x={x} series={series} unit="" height={180} label={t("wellness.chart", { name })} />;
}

/** How the player feels today; one report a day, so today's is corrected once it is there. */
function Today({ player: { id: playerId, display_name: name } }: { player: Player }) {
  const { t } = useTranslation();
  const { data, isPending } = useEntries("wellness", playerId);
  const today = data?.items.find(({ date }) => date === localDay(new Date())) ?? null;
  if (isPending) return null;
  return (
    <Panel title={t(today ? "wellness.todayAgain" : "wellness.today", { name })}>
      <p className="mb-4 max-w-prose text-sm text-muted">{t("wellness.lead")}</p>
      <EntryForm key={today?.updated_at ?? "new"} kind="wellness" playerId={playerId} entry={today} />
    </Panel>
  );
}

function Concussions({ player }: { player: Player }) {
  const { t } = useTranslation();
  const { wellness, coach, family } = usePlayerRights(player);
  const [open, setOpen] = useState(false);
  return (
    <Panel
      title={t("concussion.title")}
      action={
        wellness && (
          <Button size="sm" onClick={() => setOpen(true)}>
            <Plus className="size-4" aria-hidden="true" />
            {t("concussion.add")}
          </Button>
        )
      }
    >
      <Banner tone="info" className="mb-4">{t("concussion.text")}</Banner>
      <EntryHistory kind="concussions" playerId={player.id} mayChange={coach || family} mayDelete={coach} empty={t("concussion.none")} />
      <Dialog open={open} onOpenChange={setOpen} title={t("concussion.add")} description={t("concussion.addText")}>
        <EntryForm kind="concussions" playerId={player.id} entry={null} onDone={() => setOpen(false)} />
      </Dialog>
    </Panel>
  );
}

/** How a player feels, day by day. */
export function WellnessTab({ player }: { player: Player }) {
  const { t } = useTranslation();
  const { wellness } = usePlayerRights(player);
  return (
    <div className="grid items-start gap-5 xl:grid-cols-[minmax(22rem,1fr)_minmax(0,1.4fr)]">
      {wellness && <Today player={player} />}
      <div className="min-w-0 space-y-5">
        <Panel title={t("wellness.history")}>
          <WellnessChart playerId={player.id} name={player.display_name} />
          <EntryHistory kind="wellness" playerId={player.id} mayChange={wellness} empty={t("wellness.none")} />
        </Panel>
        <Concussions player={player} />
      </div>
    </div>
  );
}
