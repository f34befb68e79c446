import clsx from "clsx";
import { Check, Scissors, Shuffle } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Track } from "@/api/types";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { SelectField } from "@/components/field";
import { Hint } from "@/components/figure";
import { useErrorText } from "@/components/states";
import { useNotify } from "@/components/toast";
import { usePlayers } from "@/hooks/use-players";
import { useTrackCorrection, type TrackCorrection } from "@/hooks/use-tracks";
import type { VideoClock } from "@/overlay/clock";
import { trackColor } from "@/overlay/track-style";
import { formatClock } from "@/units/format";

interface TrackListProps {
  scanId: string;
  tracks: readonly Track[];
  nameOf: (track: Track) => string;
  selected: number | null;
  onSelect: (trackId: number) => void;
  clock: VideoClock;
  canEdit: boolean;
}

type EditorProps = Omit<TrackListProps, "selected" | "onSelect" | "canEdit"> & { track: Track };

function MergeDialog({ track, tracks, nameOf, onPick, open, onOpenChange }: EditorProps & { onPick: (other: number) => void; open: boolean; onOpenChange: (open: boolean) => void }) {
  const { t } = useTranslation();
  const [other, setOther] = useState("");
  const others = tracks.filter(({ track_id }) => track_id !== track.track_id);
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t("track.mergeTitle")} description={t("track.mergeText")}>
      <div className="space-y-5">
        <SelectField
          label={t("track.list")}
          value={other}
          onChange={(event) => setOther(event.target.value)}
          options={[
            { value: "", label: "…" },
            ...others.map((candidate) => ({
              value: String(candidate.track_id),
              label: `${nameOf(candidate)} (${formatClock(candidate.start_s)}–${formatClock(candidate.end_s)})`,
            })),
          ]}
        />
        <Button look="primary" disabled={!other} onClick={() => onPick(Number(other))}>
          {t("track.mergeAction")}
        </Button>
      </div>
    </Dialog>
  );
}

/** What one can say about the selected track. */
function TrackEditor(props: EditorProps) {
  const { scanId, track, clock } = props;
  const { t } = useTranslation();
  const players = usePlayers();
  const correct = useTrackCorrection(scanId);
  const notify = useNotify();
  const errorText = useErrorText();
  const [merging, setMerging] = useState(false);
  const [splitAt, setSplitAt] = useState<number | null>(null);
  const send = (correction: TrackCorrection) =>
    correct.mutate(correction, {
      onSuccess: () => notify("good", t("track.assigned")),
      onError: (error) => notify("bad", errorText(error)),
    });
  return (
    <div className="space-y-3 px-3 pb-4">
      <SelectField
        label={t("track.assign")}
        value={track.player?.id ?? ""}
        disabled={correct.isPending}
        onChange={(event) => send({ kind: "assign", trackId: track.track_id, playerId: event.target.value || null })}
        options={[
          { value: "", label: t("track.nobody") },
          ...(players.data?.items ?? []).map(({ id, display_name }) => ({ value: id, label: display_name })),
        ]}
      />
      <div className="flex flex-wrap gap-2">
        <Button size="sm" onClick={() => setMerging(true)}>
          <Shuffle className="size-4" aria-hidden="true" />
          {t("track.merge")}
        </Button>
        <Button size="sm" onClick={() => setSplitAt(clock.time)}>
          <Scissors className="size-4" aria-hidden="true" />
          {t("track.splitHere")}
        </Button>
      </div>
      <MergeDialog
        {...props}
        open={merging}
        onOpenChange={setMerging}
        onPick={(other) => {
          setMerging(false);
          send({ kind: "merge", trackIds: [track.track_id, other] });
        }}
      />
      <Dialog
        open={splitAt !== null}
        onOpenChange={(open) => !open && setSplitAt(null)}
        title={t("track.splitTitle", { time: formatClock(splitAt ?? 0, 2) })}
        description={t("track.splitText")}
      >
        <Button
          look="primary"
          onClick={() => {
            send({ kind: "split", trackId: track.track_id, t: splitAt! });
            setSplitAt(null);
          }}
        >
          {t("track.split", { time: formatClock(splitAt ?? 0, 2) })}
        </Button>
      </Dialog>
    </div>
  );
}

/** Whole seconds would say "0:00 to 0:00" of a shorter one. */
const SHORT_TRACK_S = 10;

function TrackRow({ track, name, selected, onSelect }: { track: Track; name: string; selected: boolean; onSelect: () => void }) {
  const { t } = useTranslation();
  const decimals = track.end_s - track.start_s < SHORT_TRACK_S ? 1 : 0;
  const details = [
    t(`track.team.${track.team}`),
    t("track.span", {
      from: formatClock(track.start_s, decimals),
      to: formatClock(track.end_s, decimals),
      coverage: Math.round(track.coverage * 100),
    }),
  ];
  return (
    <button
      type="button"
      aria-expanded={selected}
      onClick={onSelect}
      className="flex w-full items-center gap-3 rounded-field px-3 py-2.5 text-left hover:bg-sunken"
    >
      <span className="size-4 shrink-0 rounded-full ring-2 ring-line" style={{ background: trackColor(track) }} aria-hidden="true" />
      <span className="min-w-0 flex-1">
        <span className="flex items-center gap-2 font-semibold">
          <span className="truncate">{name}</span>
          {track.corrected && (
            <span className="inline-flex items-center gap-1 rounded-full bg-good-soft px-2 py-0.5 text-xs text-good">
              <Check className="size-3" aria-hidden="true" />
              {t("track.corrected")}
            </span>
          )}
        </span>
        <span className="line-clamp-2 text-sm text-muted">{details.join(" · ")}</span>
        {track.name_withheld && <span className="block text-sm text-warn">{track.name_withheld}</span>}
      </span>
    </button>
  );
}

/** Everybody followed in the film; the selected one can be named, merged and split. */
export default function TrackList(props: TrackListProps) {
  const { tracks, nameOf, selected, onSelect, canEdit } = props;
  const { t } = useTranslation();
  if (tracks.length === 0) return <p className="text-muted">{t("track.none")}</p>;
  return (
    <>
      <div className="mb-3 flex items-center justify-between gap-3">
        <p className="text-sm text-muted">{t("track.hint")}</p>
        <Hint label={t("track.coverageWhat")}>{t("track.coverage")}</Hint>
      </div>
      <ul className="space-y-1">
        {tracks.map((track) => {
          const isSelected = track.track_id === selected;
          return (
            <li key={track.track_id} className={clsx("rounded-card border", isSelected ? "border-accent bg-surface" : "border-transparent")}>
              <TrackRow track={track} name={nameOf(track)} selected={isSelected} onSelect={() => onSelect(track.track_id)} />
              {isSelected && canEdit && <TrackEditor {...props} track={track} />}
            </li>
          );
        })}
      </ul>
    </>
  );
}
