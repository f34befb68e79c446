import { useState } from "react";
import { cameraFor, type CameraPart, type RigDraft, type RigFilm, type RigSource } from "@/upload/rig";

const EMPTY: RigDraft = { films: [], source: null, sync: "auto", offsets: {} };

/** Outlives the form: eight named films are not chosen again because a calibration was refused. */
let kept: RigDraft = EMPTY;
let lastId = 0;

export function forgetRigDraft(): void {
  kept = EMPTY;
}

const camerasOf = (source: RigSource | null) => (source && source.kind !== "each" ? source.cameras : []);

/** Names for the films that have none, or none that the calibration knows. */
function named(films: readonly RigFilm[], known: readonly string[]): RigFilm[] {
  const done: RigFilm[] = [];
  for (const film of films) {
    const taken = [...done, ...films.slice(done.length + 1)].map(({ camera }) => camera);
    const fits = film.camera !== "" && (known.length === 0 || known.includes(film.camera));
    done.push(fits ? film : { ...film, camera: cameraFor(film.file.name, taken, known) });
  }
  return done;
}

/** The films of several cameras as they are being put together. */
export function useRigDraft() {
  const [draft, setDraft] = useState(kept);
  const change = (next: (now: RigDraft) => Partial<RigDraft>) =>
    setDraft((now) => {
      kept = { ...now, ...next(now) };
      return kept;
    });
  return {
    draft,
    set: (next: Partial<Pick<RigDraft, "sync" | "offsets">>) => change(() => next),
    add: (files: readonly File[]) =>
      change(({ films, source }) => ({
        films: named([...films, ...files.map((file) => ({ id: ++lastId, file, camera: "" }))], camerasOf(source)),
      })),
    remove: (id: number) => change(({ films }) => ({ films: films.filter((film) => film.id !== id) })),
    name: (id: number, camera: string) =>
      change(({ films }) => ({ films: films.map((film) => (film.id === id ? { ...film, camera } : film)) })),
    calibrate: (source: RigSource | null) => change(({ films }) => ({ source, films: named(films, camerasOf(source)) })),
    part: (id: number, part: CameraPart) =>
      change(({ source }) => ({ source: { kind: "each", parts: { ...(source?.kind === "each" ? source.parts : {}), [id]: part } } })),
  };
}

export type RigDraftTools = ReturnType<typeof useRigDraft>;
