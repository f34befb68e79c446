import { FileVideo2, FileUp, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/button";
import { SelectField, TextField } from "@/components/field";
import { FilePick } from "@/components/file-pick";
import { usePreferences } from "@/hooks/use-preferences";
import { useFileProblem } from "@/hooks/use-upload";
import { formatBytes } from "@/units/format";
import { filmProblem, MAX_CALIBRATION_BYTES, readOpenCvYaml, type PartProblem, type RigDraft, type RigFilm } from "@/upload/rig";
import type { RigDraftTools } from "./use-rig-draft";

interface RowProps {
  film: RigFilm;
  tools: RigDraftTools;
}

function CameraName({ film, tools, error, hint }: RowProps & { error?: string; hint?: string }) {
  const { t } = useTranslation();
  const { source } = tools.draft;
  const known = source && source.kind !== "each" ? source.cameras : [];
  const shared = { label: t("rig.camera"), error, hint, className: "min-w-40 flex-1", value: film.camera };
  if (known.length === 0) {
    return <TextField {...shared} maxLength={40} autoComplete="off" placeholder={t("rig.cameraExample")} onChange={(event) => tools.name(film.id, event.target.value)} />;
  }
  return (
    <SelectField
      {...shared}
      value={known.includes(film.camera) ? film.camera : ""}
      options={[{ value: "", label: t("rig.chooseCamera") }, ...known.map((name) => ({ value: name, label: name }))]}
      onChange={(event) => tools.name(film.id, event.target.value)}
    />
  );
}

/** The file that says where this one camera stands. */
function PartFile({ film, tools, missing }: RowProps & { missing: boolean }) {
  const { t } = useTranslation();
  const [problem, setProblem] = useState<PartProblem | null>(null);
  const { source } = tools.draft;
  const part = source?.kind === "each" ? source.parts[film.id] : undefined;
  const read = async (file: File | undefined) => {
    if (!file) return;
    const numbers = file.size > MAX_CALIBRATION_BYTES ? "notOpenCv" : readOpenCvYaml(await file.text());
    setProblem(typeof numbers === "string" ? numbers : null);
    if (typeof numbers !== "string") tools.part(film.id, { name: file.name, numbers });
  };
  return (
    <div className="min-w-40 flex-1">
      <p className="mb-1.5 text-sm font-semibold">{t("rig.partFile")}</p>
      <div className="flex min-h-11 flex-wrap items-center gap-3">
        <FilePick size="sm" label={t("rig.partFor", { camera: film.camera || film.file.name })} accept=".yml,.yaml,.xml,text/yaml" onFiles={([file]) => void read(file)}>
          <FileUp className="size-4" aria-hidden="true" />
          {t(part ? "rig.otherPart" : "rig.choosePart")}
        </FilePick>
        {part && <span className="min-w-0 truncate text-sm text-muted">{part.name}</span>}
      </div>
      {problem ? (
        <p role="alert" className="mt-1.5 text-sm font-medium text-bad">
          {t(`rig.partProblem.${problem}`)}
        </p>
      ) : (
        missing && <p className="mt-1.5 text-sm text-muted">{t("rig.problem.noPart")}</p>
      )}
    </div>
  );
}

/** The server shows the picture of the camera whose name comes first. */
function isShown(camera: string, { films }: RigDraft): boolean {
  return camera !== "" && films.every((other) => other.camera.trim() === "" || camera <= other.camera.trim());
}

function FilmRow({ film, tools }: RowProps) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const problemText = useFileProblem();
  const { draft } = tools;
  const problem = filmProblem(film, draft);
  const ofFile = problem === "extension" || problem === "empty" || problem === "tooLarge";
  const ofName = problem === "badName" || problem === "sameName" || problem === "notCalibrated";
  // What is not there yet is no mistake.
  const nameHint = problem === "noName" ? t("rig.problem.noName") : undefined;
  const offset = problem === "noOffset" ? t("rig.problem.noOffset") : undefined;
  const typed = (draft.offsets[film.id] ?? "").trim() !== "";
  return (
    <li className="space-y-4 py-5 first:pt-1">
      <div className="flex items-center gap-3">
        <span className="grid size-10 shrink-0 place-items-center rounded-field bg-teal-soft text-teal">
          <FileVideo2 className="size-5" aria-hidden="true" />
        </span>
        <div className="min-w-0 flex-1">
          <p className="truncate font-semibold">{film.file.name}</p>
          <p className="text-sm text-muted">
            {formatBytes(film.file.size, language)}
            {isShown(film.camera.trim(), draft) && ` · ${t("rig.shown")}`}
          </p>
        </div>
        <Button look="quiet" size="icon" aria-label={t("rig.remove", { name: film.file.name })} onClick={() => tools.remove(film.id)}>
          <Trash2 className="size-4.5" aria-hidden="true" />
        </Button>
      </div>
      {ofFile && (
        <p role="alert" className="text-sm font-medium text-bad">
          {problemText(problem)}
        </p>
      )}
      <div className="flex flex-wrap items-start gap-x-5 gap-y-4">
        <CameraName film={film} tools={tools} error={ofName ? t(`rig.problem.${problem}`) : undefined} hint={nameHint} />
        {draft.sync === "offsets" && (
          <TextField
            className="min-w-40 flex-1"
            label={t("rig.offset")}
            inputMode="text"
            placeholder="0.00"
            autoComplete="off"
            value={draft.offsets[film.id] ?? ""}
            error={typed ? offset : undefined}
            hint={offset}
            onChange={(event) => tools.set({ offsets: { ...draft.offsets, [film.id]: event.target.value } })}
          />
        )}
        {draft.source?.kind === "each" && <PartFile film={film} tools={tools} missing={problem === "noPart"} />}
      </div>
    </li>
  );
}

/** One row for each camera's film: whose it is, and what that camera needs. */
export function FilmRows({ tools }: { tools: RigDraftTools }) {
  return (
    <ul className="divide-y divide-line">
      {tools.draft.films.map((film) => (
        <FilmRow key={film.id} film={film} tools={tools} />
      ))}
    </ul>
  );
}
