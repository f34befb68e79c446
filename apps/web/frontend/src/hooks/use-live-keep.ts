import { useCallback, useEffect, useState } from "react";
import { listClips, removeClip, type Clip } from "@/live/clip-store";
import { keepFilm, type Keeping } from "@/live/keep-film";

/** A line that is back within this time left no gap worth a film. */
const PATIENCE_MS = 2000;

interface Keep {
  stream: MediaStream | null;
  /** The line is down and film may be kept. */
  wanted: boolean;
  title: string;
}

/** Films into the phone while `wanted`; the clips it holds. `full` when there was no room. */
export function useLiveKeep({ stream, wanted, title }: Keep) {
  const [clips, setClips] = useState<Clip[]>([]);
  const [current, setCurrent] = useState<Clip | null>(null);
  const [full, setFull] = useState(false);
  const refresh = useCallback(() => void listClips().then(setClips), []);
  useEffect(refresh, [refresh]);

  useEffect(() => {
    if (!wanted || !stream) return;
    let keeping: Promise<Keeping | null> | null = null;
    const timer = setTimeout(() => {
      keeping = keepFilm(stream, title, (clip) => {
        setCurrent(clip);
        setFull(clip.full);
      });
      void keeping.then((started) => setFull(started === null));
    }, PATIENCE_MS);
    return () => {
      clearTimeout(timer);
      void keeping?.then(async (started) => {
        await started?.stop();
        setCurrent(null);
        setFull(false);
        refresh();
      });
    };
  }, [wanted, stream, title, refresh]);

  const remove = async (id: string) => {
    await removeClip(id);
    refresh();
  };
  return { clips, current, full, remove };
}
