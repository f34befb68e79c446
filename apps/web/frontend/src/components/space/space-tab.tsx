import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import type { Track, WatchableResults } from "@/api/types";
import { Banner } from "@/components/banner";
import { Skeleton, useErrorText } from "@/components/states";
import { useBodyClip } from "@/hooks/use-body";
import { useSpace } from "@/hooks/use-space";
import type { VideoClock } from "@/overlay/clock";
import type { TrackStyle } from "@/overlay/draw";
import { bodyState } from "@/space/bodies";
import { BodyStatus } from "./body-status";
import { SpaceFiles } from "./space-files";

const AngleChart = lazy(() => import("./angle-chart"));
const SpaceView = lazy(() => import("./space-view"));

interface SpaceTabProps {
  scanId: string;
  results: WatchableResults;
  clock: VideoClock;
  track: Track | undefined;
  name: string;
  styleOf: (trackId: number) => TrackStyle;
  canEdit: boolean;
}

/** People in space: a body fitted to the chosen one and, with several cameras, everybody's joints. */
export default function SpaceTab({ scanId, results, clock, track, name, styleOf, canEdit }: SpaceTabProps) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const trackId = track?.track_id ?? null;
  const state = bodyState(results.bodies, results.body_job, trackId);
  const body = state.kind === "ready" ? state.body : null;
  const clip = useBodyClip(scanId, body, clock);
  const space = useSpace(scanId, results, clock);
  const several = results.films.length > 1;
  const error = space.error ?? (body ? clip.error : null);
  return (
    <div className="space-y-4">
      {error && <Banner tone="bad">{errorText(error)}</Banner>}
      {(several || body) && (
        <Suspense fallback={<Skeleton className="aspect-square" />}>
          <SpaceView
            clock={clock}
            clip={(body && clip.data) ?? null}
            grounded={several || body?.frame === "world"}
            windows={space.windows}
            skeleton={results.skeleton}
            styleOf={styleOf}
            selected={trackId}
            loading={space.loading || (body !== null && clip.isLoading)}
            label={t(body ? "space.label" : "space.labelJoints", { name })}
          />
        </Suspense>
      )}
      {trackId === null ? (
        <p className="text-muted">{t("track.none")}</p>
      ) : (
        <BodyStatus state={state} scanId={scanId} trackId={trackId} name={name} clock={clock} canEdit={canEdit} brief={several} />
      )}
      {body && (
        <Suspense>
          <AngleChart key={body.track_id} scanId={scanId} results={results} body={body} clock={clock} />
        </Suspense>
      )}
      <SpaceFiles scanId={scanId} trackId={body?.track_id ?? null} several={several} />
    </div>
  );
}
