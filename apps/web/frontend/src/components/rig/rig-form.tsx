import clsx from "clsx";
import { UploadCloud } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/button";
import { DropFrame } from "@/components/drop-frame";
import { CheckField, SelectField } from "@/components/field";
import { FilePick } from "@/components/file-pick";
import { ScanDetails, ScanPresets, useScanChoices } from "@/components/scan-details";
import { UploadFailure } from "@/components/upload-failure";
import { useVideoFacts } from "@/hooks/use-video-facts";
import { FILM_ACCEPT } from "@/upload/checks";
import { clearUpload, startRigUpload } from "@/upload/manager";
import { draftProblem, MAX_FILMS, MIN_FILMS, rigInput, type RigSync } from "@/upload/rig";
import { FilmRows } from "./film-rows";
import { RigSourceFields } from "./rig-source";
import { forgetRigDraft, useRigDraft, type RigDraftTools } from "./use-rig-draft";

const SYNCS: readonly RigSync[] = ["auto", "timestamps", "offsets"];

function Films({ tools }: { tools: RigDraftTools }) {
  const { t } = useTranslation();
  const { films } = tools.draft;
  const add = (files: File[]) => {
    clearUpload();
    tools.add(files);
  };
  return (
    <DropFrame onFiles={add} className="p-5">
      <FilmRows tools={tools} />
      <div className={clsx("flex flex-col items-center text-center", films.length === 0 ? "py-8" : "border-t border-line pt-5")}>
        {films.length === 0 && (
          <>
            <UploadCloud className="mb-3 size-11 text-accent" strokeWidth={1.5} aria-hidden="true" />
            <p className="text-lg font-semibold">{t("rig.drop")}</p>
            <p className="mt-1 mb-5 max-w-md text-sm text-muted">{t("rig.dropHint", { least: MIN_FILMS, most: MAX_FILMS })}</p>
          </>
        )}
        <FilePick label={t("rig.add")} accept={FILM_ACCEPT} multiple look={films.length === 0 ? "primary" : "secondary"} onFiles={add}>
          {t(films.length === 0 ? "rig.add" : "rig.addMore")}
        </FilePick>
      </div>
    </DropFrame>
  );
}

function Clocks({ tools, refine, onRefine }: { tools: RigDraftTools; refine: boolean; onRefine: (on: boolean) => void }) {
  const { t } = useTranslation();
  const { sync } = tools.draft;
  return (
    <div className="grid items-start gap-5 sm:grid-cols-2">
      <SelectField
        label={t("rig.sync.label")}
        hint={t(`rig.syncHint.${sync}`)}
        value={sync}
        options={SYNCS.map((value) => ({ value, label: t(`rig.sync.${value}`) }))}
        onChange={(event) => tools.set({ sync: event.target.value as RigSync })}
      />
      <CheckField className="sm:pt-6" label={t("rig.refine")} hint={t("rig.refineHint")} checked={refine} onChange={(event) => onRefine(event.target.checked)} />
    </div>
  );
}

/** Films of several cameras that look at one scene, and where those cameras stand. */
export function RigForm() {
  const { t } = useTranslation();
  const tools = useRigDraft();
  const { draft } = tools;
  const [refine, setRefine] = useState(false);
  const { facts } = useVideoFacts(draft.films[0]?.file ?? null);
  const problem = draftProblem(draft);
  const { details, input, isReady } = useScanChoices(draft.films.map(({ file }) => file));
  const submit = async () => {
    const films = draft.films.map(({ camera, file }) => ({ camera: camera.trim(), file }));
    if (await startRigUpload(films, { ...input, ...rigInput(draft), refine })) forgetRigDraft();
  };
  return (
    <div className="grid max-w-4xl gap-8">
      <UploadFailure />
      <section aria-label={t("rig.films")}>
        <h2 className="mb-3 text-lg font-semibold">{t("rig.films")}</h2>
        <Films tools={tools} />
      </section>
      <section aria-label={t("rig.source.label")}>
        <h2 className="mb-3 text-lg font-semibold">{t("rig.source.label")}</h2>
        <RigSourceFields tools={tools} />
      </section>
      <Clocks tools={tools} refine={refine} onRefine={setRefine} />
      <ScanDetails {...details} />
      <ScanPresets facts={facts && { ...facts, duration_s: facts.duration_s * Math.max(draft.films.length, 1) }} {...details} />
      <div className="flex flex-wrap items-center gap-4">
        <Button look="primary" className="px-6" disabled={problem !== null || !isReady} onClick={() => void submit()}>
          {t("newScan.start")}
        </Button>
        <p className="text-sm text-muted">{t(problem ? `rig.first.${problem}` : "newScan.resume")}</p>
      </div>
    </div>
  );
}
