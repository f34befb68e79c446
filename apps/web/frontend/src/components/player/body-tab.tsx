import { Plus } from "lucide-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { EntryKind } from "@/api/entries";
import type { Growth, Player } from "@/api/types";
import { Button } from "@/components/button";
import { Chart } from "@/components/chart/chart";
import { dayStart, type Series } from "@/components/chart/series";
import { Panel } from "@/components/dashboard/panel";
import { Dialog } from "@/components/dialog";
import { Hint, NotAssessed } from "@/components/figure";
import { useEntries, useGrowth } from "@/hooks/use-entries";
import { usePreferences } from "@/hooks/use-preferences";
import { formatMeasure } from "@/units/measures";
import { scaleOf } from "@/units/units";
import { EntryForm } from "./entry-form";
import { EntryHistory } from "./entry-history";
import { usePlayerRights } from "./rights";

function AddEntry({ kind, playerId, label }: { kind: EntryKind; playerId: string; label: string }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button size="sm" onClick={() => setOpen(true)}>
        <Plus className="size-4" aria-hidden="true" />
        {label}
      </Button>
      <Dialog open={open} onOpenChange={setOpen} title={label}>
        <EntryForm kind={kind} playerId={playerId} entry={null} onDone={() => setOpen(false)} />
      </Dialog>
    </>
  );
}

function HeightChart({ playerId, name }: { playerId: string; name: string }) {
  const { t } = useTranslation();
  const { units } = usePreferences();
  const { data } = useEntries("measurements", playerId);
  const scale = scaleOf("", "cm", units);
  const rows = useMemo(() => (data?.items ?? []).filter(({ height_cm }) => height_cm !== null).reverse(), [data]);
  const x = useMemo(() => rows.map(({ date }) => dayStart(date)), [rows]);
  const series = useMemo<Series[]>(
    () => [
      { key: "line", label: t("body.height"), kind: "line", color: "--c-teal", values: rows.map(({ height_cm }) => height_cm! * scale.factor) },
    ],
    [rows, scale.factor, t],
  );
  if (rows.length < 2) return null;
  return <Chart x={x} series={series} unit={scale.unit} height={180} label={t("body.heightOf", { name })} />;
}

function Velocity({ growth, name }: { growth: Growth["height_cm_per_year"]; name: string }) {
  const { t } = useTranslation();
  const { units, language } = usePreferences();
  const told = (value: number) => formatMeasure(value, "gap_cm", units, language);
  if (growth.value === null) return <NotAssessed reason={growth.not_assessed ?? ""} name={name} />;
  return (
    <>
      <span className="figure text-lg font-semibold">{t("body.perYear", { amount: told(growth.value) })}</span>
      {growth.low !== null && growth.high !== null && (
        <span className="block text-xs text-muted">{t("kpi.interval", { low: told(growth.low), high: told(growth.high) })}</span>
      )}
    </>
  );
}

function Maturity({ maturity }: { maturity: Growth["maturity"] }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 1, signDisplay: "exceptZero" });
  const { offset_years: offset, low_years: low, high_years: high, stage } = maturity;
  if (offset === null || !stage) return <NotAssessed reason={maturity.not_assessed ?? ""} name={t("body.maturity")} />;
  return (
    <>
      <span className="text-lg font-semibold">{t(`body.stages.${stage as "before" | "around" | "after"}`)}</span>
      <span className="block text-xs text-muted">
        {t("body.offset", { years: number.format(offset), low: number.format(low ?? offset), high: number.format(high ?? offset) })}
      </span>
    </>
  );
}

function GrowthFacts({ playerId }: { playerId: string }) {
  const { t } = useTranslation();
  const growth = useGrowth(playerId);
  if (!growth.data) return null;
  const { height_cm_per_year: height, leg_cm_per_year: leg, maturity } = growth.data;
  return (
    <dl className="mb-4 grid gap-4 sm:grid-cols-3">
      <div>
        <dt className="flex items-center gap-1 text-xs text-muted">
          {t("body.growth")}
          <Hint label={t("kpi.define", { name: t("body.growth") })}>{t("body.growthText")}</Hint>
        </dt>
        <dd><Velocity growth={height} name={t("body.growth")} /></dd>
      </div>
      <div>
        <dt className="flex items-center gap-1 text-xs text-muted">
          {t("body.legGrowth")}
          <Hint label={t("kpi.define", { name: t("body.legGrowth") })}>{t("body.legGrowthText")}</Hint>
        </dt>
        <dd><Velocity growth={leg} name={t("body.legGrowth")} /></dd>
      </div>
      <div>
        <dt className="flex items-center gap-1 text-xs text-muted">
          {t("body.maturity")}
          <Hint label={t("body.maturityWhat")}>
            <p>{t("body.maturityText")}</p>
            {maturity.reference && <p className="mt-2 text-xs text-muted">{maturity.reference}</p>}
          </Hint>
        </dt>
        <dd><Maturity maturity={maturity} /></dd>
      </div>
    </dl>
  );
}

/** Measurements with what follows from them, and fitness tests. */
export function BodyTab({ player }: { player: Player }) {
  const { t } = useTranslation();
  const { body } = usePlayerRights(player);
  return (
    <div className="grid gap-5">
      <Panel title={t("body.measurements")} action={body && <AddEntry kind="measurements" playerId={player.id} label={t("body.addMeasurement")} />}>
        <GrowthFacts playerId={player.id} />
        <HeightChart playerId={player.id} name={player.display_name} />
        <EntryHistory kind="measurements" playerId={player.id} mayChange={body} empty={t("body.noMeasurements")} />
      </Panel>
      <Panel title={t("body.tests")} action={body && <AddEntry kind="fitness-tests" playerId={player.id} label={t("body.addTest")} />}>
        <EntryHistory kind="fitness-tests" playerId={player.id} mayChange={body} empty={t("body.noTests")} />
      </Panel>
    </div>
  );
}
