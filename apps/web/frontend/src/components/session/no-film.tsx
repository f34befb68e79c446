import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Banner } from "@/components/banner";
import { isFilmComing, useLiveStatus } from "@/hooks/use-live";

/** Why a session shows no film: a live one's is put together after its end, or none was kept. */
export function NoFilm({ sessionId, onMade }: { sessionId: string; onMade: () => void }) {
  const { t } = useTranslation();
  const { data: live } = useLiveStatus(sessionId);
  const made = live?.film === "made";
  // Asked for once: the film's link comes with the results.
  const tell = useRef(onMade);
  tell.current = onMade;
  useEffect(() => {
    if (made) tell.current();
  }, [made]);
  return (
    <Banner tone="info" className="m-3">
      {t(isFilmComing(live) ? "session.filmComing" : live?.film === "missing" ? "session.filmMissing" : "session.noFilm")}
    </Banner>
  );
}
