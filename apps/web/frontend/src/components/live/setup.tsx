import { MonitorUp, Play, Webcam } from "lucide-react";
import { useEffect, useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import type { LiveStartInput } from "@/api/types";
import { Banner } from "@/components/banner";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { CheckField, SelectField, TextField } from "@/components/field";
import { useErrorText } from "@/components/states";
import { useMe } from "@/hooks/use-account";
import { staffTeams, useCalibrations } from "@/hooks/use-live";
import type { LiveCamera } from "@/hooks/use-live-camera";
import { usePlayers } from "@/hooks/use-players";
import { CaptureTrouble } from "./capture-trouble";
import { Picture } from "./picture";
import { SourceChoice, type Source } from "./source-choice";

interface SetupProps {
  camera: LiveCamera;
  busy: boolean;
  error: unknown;
  onStart: (input: LiveStartInput) => void;
}

function useCameraList(stream: MediaStream | null): MediaDeviceInfo[] {
  const [cameras, setCameras] = useState<MediaDeviceInfo[]>([]);
  useEffect(() => {
    // Their names are told only once one of them was allowed.
    if (stream) void navigator.mediaDevices.enumerateDevices().then((all) => setCameras(all.filter(({ kind }) => kind === "videoinput")));
  }, [stream]);
  return cameras;
}

function Preview({ source, camera }: { source: Exclude<Source, "phone">; camera: LiveCamera }) {
  const { t } = useTranslation();
  const cameras = useCameraList(camera.stream);
  const open = (deviceId?: string) => void camera.open(source === "screen" ? { kind: "screen" } : { kind: "camera", deviceId });
  const chosen = camera.stream?.getVideoTracks()[0]?.getSettings().deviceId ?? "";
  const Icon = source === "screen" ? MonitorUp : Webcam;
  return (
    <div className="space-y-3">
      <div className="grid aspect-video w-full place-items-center overflow-hidden rounded-field bg-pond">
        {camera.stream && !camera.ended ? (
          <Picture stream={camera.stream} label={t(`live.source.${source}`)} className="size-full" />
        ) : (
          <Button onClick={() => open()} busy={camera.asking}>
            <Icon className="size-4" aria-hidden="true" />
            {t(source === "screen" ? "live.form.share" : "live.form.allow")}
          </Button>
        )}
      </div>
      <CaptureTrouble camera={camera} retry={() => open()} />
      {source === "browser" && cameras.length > 1 && (
        <SelectField
          label={t("live.form.camera")}
          value={chosen}
          onChange={({ target }) => open(target.value)}
          options={cameras.map(({ deviceId, label }, i) => ({ value: deviceId, label: label || `${t("live.form.camera")} ${i + 1}` }))}
        />
      )}
    </div>
  );
}

/** What is to be filmed, with what, of whom, and whether the film is kept. */
export function LiveSetup({ camera, busy, error, onStart }: SetupProps) {
  const { t } = useTranslation();
  const { data: me } = useMe();
  const errorText = useErrorText();
  const teams = staffTeams(me);
  const players = usePlayers();
  const calibrations = useCalibrations();
  const [source, setSource] = useState<Source>("browser");
  const [title, setTitle] = useState("");
  const [team, setTeam] = useState(teams[0]?.id ?? "");
  const [player, setPlayer] = useState("");
  const [calibration, setCalibration] = useState("");
  const [record, setRecord] = useState(false);
  const [agreed, setAgreed] = useState(false);
  const [tried, setTried] = useState(false);
  const ready = source === "phone" || (camera.stream !== null && !camera.ended);
  const missing = !ready ? t(source === "screen" ? "live.form.needScreen" : "live.form.needCamera") : record && !agreed ? t("live.form.consentMissing") : null;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (missing) return;
    onStart({
      source,
      record,
      ...(player ? { player_id: player } : { team_id: team }),
      ...(title.trim() && { title: title.trim() }),
      ...(calibration && { calibration_id: calibration }),
    });
  };
  const choose = (next: Source) => {
    camera.close();
    setTried(false);
    setSource(next);
  };
  return (
    <Card className="p-5 sm:p-6">
      <form onSubmit={submit} noValidate className="space-y-6">
        <SourceChoice value={source} onChange={choose} />
        <div className={source === "phone" ? "" : "grid gap-6 lg:grid-cols-[1.2fr_1fr]"}>
          {source !== "phone" && <Preview key={source} source={source} camera={camera} />}
          <div className="space-y-4">
            <h2 className="text-lg font-semibold">{t("live.form.heading")}</h2>
            <TextField label={t("live.form.name")} hint={t("live.form.nameHint")} maxLength={120} value={title} onChange={({ target }) => setTitle(target.value)} />
            {teams.length > 1 && (
              <SelectField
                label={t("live.form.team")}
                value={team}
                onChange={({ target }) => {
                  setTeam(target.value);
                  setPlayer("");
                  setCalibration("");
                }}
                options={teams.map(({ id, name }) => ({ value: id, label: name }))}
              />
            )}
            <SelectField
              label={t("live.form.player")}
              value={player}
              onChange={({ target }) => setPlayer(target.value)}
              options={[
                { value: "", label: t("live.form.whole") },
                ...(players.data?.items ?? []).filter(({ team_id }) => team_id === team).map(({ id, display_name }) => ({ value: id, label: display_name })),
              ]}
            />
            <SelectField
              label={t("live.form.calibration")}
              hint={t(calibration ? "live.form.calibrationHint" : "live.form.noCalibrationHint")}
              value={calibration}
              onChange={({ target }) => setCalibration(target.value)}
              options={[
                { value: "", label: t("live.form.noCalibration") },
                ...(calibrations.data ?? []).filter(({ team_id }) => team_id === team).map(({ id, name }) => ({ value: id, label: name })),
              ]}
            />
            <div>
              <CheckField label={t("live.form.record")} hint={t("live.form.recordHint")} checked={record} onChange={({ target }) => setRecord(target.checked)} />
              {record && <CheckField label={t("live.form.consent")} checked={agreed} onChange={({ target }) => setAgreed(target.checked)} className="mt-1 rounded-field bg-warn-soft px-3 py-1 text-ink" />}
            </div>
          </div>
        </div>
        {error !== null && <Banner tone="bad">{errorText(error)}</Banner>}
        <div className="flex flex-wrap items-center gap-4">
          <Button type="submit" look="primary" busy={busy}>
            <Play className="size-4" aria-hidden="true" />
            {t("live.form.start")}
          </Button>
          {tried && missing && (
            <p role="alert" className="font-medium text-bad">
              {missing}
            </p>
          )}
        </div>
      </form>
    </Card>
  );
}
