import { useQuery } from "@tanstack/react-query";
import { FileUp } from "lucide-react";
import { RadioGroup } from "radix-ui";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { keys } from "@/api/query";
import { listRigs } from "@/api/scans";
import { SelectField } from "@/components/field";
import { FilePick } from "@/components/file-pick";
import { camerasIn, MAX_CALIBRATION_BYTES } from "@/upload/rig";
import type { RigDraftTools } from "./use-rig-draft";

type Way = "file" | "each" | "kept";

function WayChoice({ way, ways, onChange }: { way: Way; ways: readonly Way[]; onChange: (way: Way) => void }) {
  const { t } = useTranslation();
  return (
    <RadioGroup.Root value={way} onValueChange={(next) => onChange(next as Way)} aria-label={t("rig.source.label")} className="grid gap-3 sm:grid-cols-3">
      {ways.map((one) => (
        <RadioGroup.Item
          key={one}
          value={one}
          className="group flex flex-col rounded-card border-2 border-line bg-surface p-4 text-left transition-colors hover:border-line-strong data-[state=checked]:border-accent data-[state=checked]:bg-accent-soft"
        >
          <span className="flex w-full items-center justify-between gap-2">
            <span className="font-semibold">{t(`rig.source.${one}`)}</span>
            <span className="grid size-5 shrink-0 place-items-center rounded-full border-2 border-line-strong bg-surface group-data-[state=checked]:border-accent">
              <RadioGroup.Indicator className="size-2.5 rounded-full bg-accent" />
            </span>
          </span>
          <span className="mt-1 text-sm text-muted group-data-[state=checked]:text-ink">{t(`rig.sourceHint.${one}`)}</span>
        </RadioGroup.Item>
      ))}
    </RadioGroup.Root>
  );
}

function RigFile({ tools }: { tools: RigDraftTools }) {
  const { t } = useTranslation();
  const [wrong, setWrong] = useState(false);
  const { source } = tools.draft;
  const read = async (file: File | undefined) => {
    if (!file) return;
    const text = file.size > MAX_CALIBRATION_BYTES ? "" : await file.text();
    const cameras = camerasIn(text);
    setWrong(cameras.length === 0);
    tools.calibrate(cameras.length > 0 ? { kind: "file", name: file.name, text, cameras } : null);
  };
  return (
    <div>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <FilePick label={t("rig.chooseRig")} accept=".toml,.json,application/json" onFiles={([file]) => void read(file)}>
          <FileUp className="size-4" aria-hidden="true" />
          {t("rig.chooseRig")}
        </FilePick>
        {source?.kind === "file" && (
          <p className="min-w-0 text-sm">
            <span className="font-semibold break-all">{source.name}</span>{" "}
            <span className="text-muted">{t("rig.camerasOf", { count: source.cameras.length, names: source.cameras.join(", ") })}</span>
          </p>
        )}
      </div>
      {wrong && (
        <p role="alert" className="mt-3 text-sm font-medium text-bad">
          {t("rig.notARig")}
        </p>
      )}
    </div>
  );
}

/** Where the cameras stand: the rig's file, a kept one, or a file for each camera. */
export function RigSourceFields({ tools }: { tools: RigDraftTools }) {
  const { t } = useTranslation();
  const rigs = useQuery({ queryKey: keys.rigs, queryFn: listRigs });
  const { source } = tools.draft;
  const [way, setWay] = useState<Way>(source?.kind ?? "file");
  const kept = rigs.data ?? [];
  return (
    <div className="space-y-4">
      <WayChoice
        way={way}
        ways={kept.length > 0 ? ["file", "each", "kept"] : ["file", "each"]}
        onChange={(next) => {
          setWay(next);
          tools.calibrate(next === "each" ? { kind: "each", parts: {} } : null);
        }}
      />
      {way === "file" && <RigFile tools={tools} />}
      {way === "kept" && (
        <SelectField
          className="max-w-md"
          label={t("rig.kept")}
          value={source?.kind === "kept" ? source.id : ""}
          options={[{ value: "", label: t("rig.chooseKept") }, ...kept.map(({ id, name }) => ({ value: id, label: name }))]}
          onChange={(event) => {
            const rig = kept.find(({ id }) => id === event.target.value);
            tools.calibrate(rig ? { kind: "kept", id: rig.id, cameras: rig.cameras ?? [] } : null);
          }}
        />
      )}
      {way === "each" && <p className="text-sm text-muted">{t("rig.eachWhere")}</p>}
    </div>
  );
}
