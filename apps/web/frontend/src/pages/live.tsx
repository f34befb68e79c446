import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useParams } from "react-router";
import { ApiError } from "@/api/errors";
import { keys } from "@/api/query";
import { PageHeader } from "@/components/card";
import { RunningSessions } from "@/components/live/running";
import { LiveSetup } from "@/components/live/setup";
import { LiveShow } from "@/components/live/show";
import { LiveStopped } from "@/components/live/stopped";
import { ErrorState, Loading } from "@/components/states";
import { useNotify } from "@/components/toast";
import { useMe } from "@/hooks/use-account";
import { staffTeams, useLiveStatus, useRunning, useStartLive } from "@/hooks/use-live";
import { useLiveCamera, type LiveCamera } from "@/hooks/use-live-camera";
import { useTitle } from "@/hooks/use-title";

function Start({ camera }: { camera: LiveCamera }) {
  const { t } = useTranslation();
  const running = useRunning();
  const start = useStartLive();
  const go = useNavigate();
  const notify = useNotify();
  return (
    <>
      <PageHeader title={t("live.title")} lead={t("live.lead")} />
      <RunningSessions sessions={running.data?.items ?? []} />
      <LiveSetup
        camera={camera}
        busy={start.isPending}
        error={start.error}
        onStart={(input) =>
          start.mutate(input, {
            onSuccess: ({ session_id, warnings }) => {
              warnings.forEach((warning) => notify("bad", warning));
              void go(`/live/${session_id}`);
            },
          })
        }
      />
    </>
  );
}

function Session({ id, camera }: { id: string; camera: LiveCamera }) {
  const client = useQueryClient();
  const live = useLiveStatus(id);
  const go = useNavigate();
  const { close } = camera;
  const ask = useCallback(() => void client.invalidateQueries({ queryKey: keys.live(id) }), [client, id]);
  const over = live.data && !["waiting", "running"].includes(live.data.status);
  useEffect(() => {
    if (over) close();
  }, [over, close]);
  if (live.isPending) return <Loading />;
  if (!live.data) return <ErrorState error={live.error} retry={() => void live.refetch()} />;
  if (over) return <LiveStopped live={live.data} onAgain={() => void go("/live")} />;
  return <LiveShow live={live.data} camera={camera} onStopped={ask} />;
}

/** Film and watch at once: choosing what films, the running session, and its end. The camera outlives the change of address. */
export default function LivePage() {
  const { t } = useTranslation();
  const { id } = useParams();
  const { data: me } = useMe();
  const camera = useLiveCamera();
  useTitle(t("live.title"));
  if (staffTeams(me).length === 0) return <ErrorState error={new ApiError(403, "PERMISSION_DENIED", "")} />;
  return id ? <Session key={id} id={id} camera={camera} /> : <Start camera={camera} />;
}
