import clsx from "clsx";
import { useCallback, useRef, useState, type PointerEvent } from "react";
import { createPortal } from "react-dom";
import { useTranslation } from "react-i18next";
import type { ScanVideo, Stroke } from "@/api/types";
import { useErrorText } from "@/components/states";
import { useNotify } from "@/components/toast";
import { drawStrokes } from "@/drawings/draw";
import { COLOURS, drawingsAt, extended, isKept, MAX_STROKES, spotAt, WIDTH_SHARE } from "@/drawings/strokes";
import { useCanvasDraw } from "@/hooks/use-canvas-draw";
import { useNotes, useSaveNote } from "@/hooks/use-session-parts";
import { prepare } from "@/overlay/canvas";
import type { VideoClock } from "@/overlay/clock";
import { containFit } from "@/overlay/geometry";
import { DrawingTools, type Choice } from "./tools";

interface DrawingsProps {
  sessionId: string;
  film: ScanVideo;
  clock: VideoClock;
  /** Somebody draws now. */
  active: boolean;
  onEnd: () => void;
  /** Where the tools stand, below the picture. */
  slot: HTMLElement | null;
}

const START: Choice = { tool: "arrow", colour: "yellow", words: "", caption: "" };

/** The strokes of the drawing that is being made. */
function useSketch() {
  const [strokes, setStrokes] = useState<readonly Stroke[]>([]);
  // A quick finger lifts before the page has drawn its last move: what is open is also kept beside the page's state.
  const open = useRef<Stroke | null>(null);
  const [shown, setShown] = useState<Stroke | null>(null);
  const hold = (stroke: Stroke | null) => {
    open.current = stroke;
    setShown(stroke);
  };
  return {
    strokes,
    all: shown ? [...strokes, shown] : strokes,
    begin: (stroke: Stroke) => strokes.length < MAX_STROKES && hold(stroke),
    move: (spot: [number, number]) => open.current && hold(extended(open.current, spot)),
    end: () => {
      const stroke = open.current;
      if (stroke && isKept(stroke)) setStrokes((now) => [...now, stroke]);
      hold(null);
    },
    undo: () => setStrokes((now) => now.slice(0, -1)),
    clear: () => {
      setStrokes([]);
      hold(null);
    },
  };
}

/** Coaches' drawings over the film at their moments, and the making of a new one. */
export default function Drawings({ sessionId, film, clock, active, onEnd, slot }: DrawingsProps) {
  const { t } = useTranslation();
  const notify = useNotify();
  const errorText = useErrorText();
  const notes = useNotes(sessionId);
  const save = useSaveNote(sessionId, null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [choice, setChoice] = useState(START);
  const sketch = useSketch();
  const { all } = sketch;
  const kept = notes.data?.items;

  const draw = useCallback(
    (time: number) => {
      const element = canvas.current;
      const ctx = element && prepare(element);
      if (!element || !ctx) return;
      const fit = containFit(film, { width: element.clientWidth, height: element.clientHeight });
      for (const { strokes, opacity } of drawingsAt(kept ?? [], time)) drawStrokes(ctx, strokes, { fit, size: film, opacity });
      drawStrokes(ctx, all, { fit, size: film });
    },
    [film, kept, all],
  );
  useCanvasDraw(canvas, clock, draw);

  const end = () => {
    sketch.clear();
    setChoice(START);
    onEnd();
  };
  const spot = (event: PointerEvent<HTMLCanvasElement>) => {
    const area = event.currentTarget.getBoundingClientRect();
    return spotAt(containFit(film, area), film, [event.clientX - area.left, event.clientY - area.top]);
  };
  const begin = (event: PointerEvent<HTMLCanvasElement>) => {
    if (choice.tool === "text" && !choice.words.trim()) return;
    clock.pause();
    event.currentTarget.setPointerCapture(event.pointerId);
    const words = choice.tool === "text" ? { text: choice.words.trim() } : {};
    sketch.begin({ tool: choice.tool, colour: COLOURS[choice.colour], width: WIDTH_SHARE, points: [spot(event)], ...words });
  };
  const keep = () =>
    save.mutate(
      { kind: "drawing", text: choice.caption.trim(), t_s: clock.time, data: { strokes: [...sketch.strokes] } },
      { onSuccess: end, onError: (error) => notify("bad", errorText(error)) },
    );

  return (
    <>
      <canvas
        ref={canvas}
        aria-hidden="true"
        className={clsx("absolute inset-0 size-full", active ? "cursor-crosshair touch-none ring-2 ring-gill ring-inset" : "pointer-events-none")}
        onPointerDown={active ? begin : undefined}
        onPointerMove={active ? (event) => sketch.move(spot(event)) : undefined}
        onPointerUp={active ? sketch.end : undefined}
        onPointerCancel={active ? sketch.end : undefined}
      />
      {active &&
        slot &&
        createPortal(
          <DrawingTools
            choice={choice}
            onChoice={(next) => setChoice((now) => ({ ...now, ...next }))}
            count={sketch.strokes.length}
            busy={save.isPending}
            onUndo={sketch.undo}
            onSave={keep}
            onCancel={end}
          />,
          slot,
        )}
      {active && <p className="sr-only" role="status">{t("drawing.on")}</p>}
    </>
  );
}
