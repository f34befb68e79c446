import { Slider } from "radix-ui";
import { useMemo, useReducer, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import type { CalibrationInput, Pitch, PitchSpec, Point, ScanVideo, SessionDetail } from "@/api/types";
import { Banner } from "@/components/banner";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { TextField } from "@/components/field";
import { Loading, Skeleton, useErrorText } from "@/components/states";
import { useNotify } from "@/components/toast";
import { MIN_MARKS, useFit, useFrame, usePitch, useSaveCalibration } from "@/hooks/use-calibration";
import { useDebounced } from "@/hooks/use-debounced";
import { formatClock } from "@/units/format";
import { FitReport } from "./fit-report";
import { FrameEditor, type PlacedMark } from "./frame-editor";
import { commonMoment, marksReducer, nextMark, type Marks } from "./marks";
import { PitchDiagram } from "./pitch-diagram";
import { PitchSizeFields } from "./pitch-size-fields";

const FIT_DELAY_MS = 250;
const FRAME_DELAY_MS = 200;
const NO_MARKS: Marks = new Map();

function Moment({ t: time, duration, onChange }: { t: number; duration: number; onChange: (t: number) => void }) {
  const { t } = useTranslation();
  return (
    <div className="flex items-center gap-4 px-4 py-3">
      <span className="text-sm font-semibold">{t("calibration.moment")}</span>
      <Slider.Root value={[time]} max={duration} step={0.1} onValueChange={([value]) => onChange(value!)} className="relative flex h-6 flex-1 touch-none items-center">
        <Slider.Track className="relative h-1.5 grow rounded-full bg-sunken">
          <Slider.Range className="absolute h-full rounded-full bg-accent" />
        </Slider.Track>
        <Slider.Thumb aria-label={t("calibration.moment")} aria-valuetext={formatClock(time, 1)} className="block size-4.5 rounded-full border-2 border-accent bg-surface shadow" />
      </Slider.Root>
      <span className="figure w-14 text-right text-sm">{formatClock(time, 1)}</span>
    </div>
  );
}

function placedMarks(pitch: Pitch, marks: Marks, residuals: readonly number[] | undefined): PlacedMark[] {
  return [...marks].flatMap(([key, image], i) => {
    const mark = pitch.marks.find((candidate) => candidate.key === key);
    return mark ? [{ mark, image, residual: residuals?.[i] ?? null }] : [];
  });
}

function worstOf(marks: readonly PlacedMark[]): string | null {
  if (marks.length <= MIN_MARKS) return null;
  const ordered = [...marks].sort((a, b) => (b.residual ?? 0) - (a.residual ?? 0));
  return ordered[0]?.residual != null ? ordered[0].mark.key : null;
}

/** Click marks, see the pitch laid over the picture, keep it. */
export function CalibrationEditor({ session, video }: { session: SessionDetail; video: ScanVideo }) {
  const { t } = useTranslation();
  const [spec, setSpec] = useState<PitchSpec>();
  const [time, setTime] = useState(0);
  const [marks, dispatch] = useReducer(marksReducer, NO_MARKS);
  const [moments, setMoments] = useState<ReadonlyMap<string, number>>(new Map());
  const [chosen, setChosen] = useState<string | null>(null);
  const [last, setLast] = useState<string | null>(null);
  const [name, setName] = useState(t("calibration.nameDefault", { title: session.title }));
  const pitch = usePitch(spec);
  const shownAt = useDebounced(time, FRAME_DELAY_MS);
  const frame = useFrame(session.id, shownAt);
  const moment = commonMoment(marks, moments);
  const size = { width: video.width, height: video.height };
  const input = useMemo<CalibrationInput>(
    () => ({
      image_size: [video.width, video.height],
      pitch: spec ?? { format: "11v11" },
      points: [...marks].map(([mark, image]) => ({ mark, image })),
      lens: false,
      ...(moment !== null && { t_s: moment, video_id: video.id }),
    }),
    [video.width, video.height, video.id, spec, marks, moment],
  );
  const settled = useDebounced(input, FIT_DELAY_MS);
  const fit = useFit(settled);
  const errorText = useErrorText();

  if (pitch.isPending) return <Loading />;
  if (pitch.isError) return <Banner tone="bad">{errorText(pitch.error)}</Banner>;
  const enough = marks.size >= MIN_MARKS;
  const shownFit = enough && settled.points.length === marks.size ? fit.data : undefined;
  const placed = placedMarks(pitch.data, marks, shownFit?.residuals_m);
  const active = chosen ?? nextMark(pitch.data.marks, marks, last);
  const activeName = pitch.data.marks.find(({ key }) => key === active)?.name;
  const put = (key: string, point: Point) => {
    dispatch({ kind: "put", key, point });
    setMoments(new Map(moments).set(key, shownAt));
    setLast(key);
  };
  const remove = (key: string) => dispatch({ kind: "remove", key });

  return (
    <div className="grid items-start gap-5 xl:grid-cols-[minmax(0,1.75fr)_minmax(22rem,1fr)]">
      <Card className="overflow-hidden xl:sticky xl:top-6">
        <p role="status" className="bg-pond px-4 py-3 font-semibold text-on-pond">
          {activeName ? t("calibration.next", { mark: activeName }) : t("calibration.choose")}
        </p>
        {frame.error && <Banner tone="bad" className="m-4">{errorText(frame.error) || t("calibration.frameFailed")}</Banner>}
        {frame.url ? (
          <FrameEditor
            url={frame.url}
            size={size}
            marks={placed}
            lines={shownFit?.lines_px ?? []}
            active={active}
            worst={worstOf(placed)}
            onPlace={(point) => {
              if (!active) return;
              put(active, point);
              setChosen(null);
            }}
            onMove={put}
            onRemove={remove}
            onActive={setLast}
          />
        ) : (
          !frame.error && <Skeleton className="aspect-video rounded-none" />
        )}
        <Moment t={time} duration={video.duration_s} onChange={setTime} />
      </Card>
      <div className="space-y-5">
        <Card className="space-y-4 p-4">
          <PitchSizeFields formats={pitch.data.formats} spec={spec} onChange={setSpec} />
          <PitchDiagram pitch={pitch.data} placed={new Set(marks.keys())} active={active} onChoose={setChosen} />
        </Card>
        <Card className="space-y-4 p-4">
          {!enough && <p className="font-semibold">{t("calibration.need", { count: MIN_MARKS - marks.size })}</p>}
          {marks.size > 1 && moment === null && <Banner tone="warn">{t("calibration.moments")}</Banner>}
          {enough && fit.isError && <Banner tone="bad">{errorText(fit.error)}</Banner>}
          {enough && fit.isFetching && (
            <p role="status" className="text-sm text-muted">
              {t("calibration.fitting")}
            </p>
          )}
          <FitReport marks={placed} fit={shownFit} onRemove={remove} />
          <Keep session={session} input={input} name={name} onName={setName} ready={shownFit !== undefined && !fit.isError} />
          {marks.size > 0 && (
            <Button look="quiet" size="sm" onClick={() => dispatch({ kind: "clear" })}>
              {t("calibration.clear")}
            </Button>
          )}
        </Card>
      </div>
    </div>
  );
}

interface KeepProps {
  session: SessionDetail;
  input: CalibrationInput;
  name: string;
  onName: (name: string) => void;
  ready: boolean;
}

function Keep({ session, input, name, onName, ready }: KeepProps) {
  const { t } = useTranslation();
  const save = useSaveCalibration(session.id);
  const navigate = useNavigate();
  const notify = useNotify();
  const errorText = useErrorText();
  const keep = () =>
    save.mutate(
      { ...input, name: name.trim(), team_id: session.team_id },
      {
        onSuccess: () => {
          notify("good", t("calibration.saved"));
          void navigate(`/sessions/${session.id}`);
        },
        onError: (error) => notify("bad", errorText(error)),
      },
    );
  return (
    <div className="space-y-3 border-t border-line pt-4">
      <TextField label={t("calibration.name")} value={name} maxLength={120} onChange={(event) => onName(event.target.value)} />
      <Button look="primary" className="w-full" busy={save.isPending} disabled={!ready || !name.trim()} onClick={keep}>
        {t("calibration.save")}
      </Button>
    </div>
  );
}
