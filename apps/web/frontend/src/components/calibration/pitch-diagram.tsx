import clsx from "clsx";
import { useTranslation } from "react-i18next";
import type { Pitch } from "@/api/types";
import { PitchLines, pitchFrame } from "./pitch-lines";

interface PitchDiagramProps {
  pitch: Pitch;
  placed: ReadonlySet<string>;
  active: string | null;
  onChoose: (key: string) => void;
}

/** The pitch with its marks: which are placed, which is next; a click chooses another. */
export function PitchDiagram({ pitch, placed, active, onChoose }: PitchDiagramProps) {
  const { t } = useTranslation();
  const { viewBox, flip } = pitchFrame(pitch);
  const state = (key: string) => (key === active ? "current" : placed.has(key) ? "placed" : "open");
  return (
    <svg viewBox={viewBox} className="w-full rounded-field bg-[#2f6b4f]" role="group" aria-label={t("calibration.diagram")}>
      <PitchLines pitch={pitch} className="stroke-white/75" />
      {pitch.marks.map(({ key, name, x, y }) => (
        <g
          key={key}
          role="button"
          tabIndex={0}
          aria-pressed={key === active}
          aria-label={t("calibration.mark", { mark: name, state: t(`calibration.${state(key)}`) })}
          className="cursor-pointer"
          onClick={() => onChoose(key)}
          onKeyDown={(event) => {
            if (event.key !== "Enter" && event.key !== " ") return;
            event.preventDefault();
            onChoose(key);
          }}
        >
          <title>{name}</title>
          <circle cx={x} cy={flip - y} r={2.6} fill="transparent" />
          {key === active && <circle cx={x} cy={flip - y} r={2.4} fill="none" stroke="#ff7fa8" strokeWidth={0.6} className="animate-pulse" />}
          <circle
            cx={x}
            cy={flip - y}
            r={1.25}
            strokeWidth={0.4}
            className={clsx(
              state(key) === "current" && "fill-[#ff7fa8] stroke-[#3a0a1d]",
              state(key) === "placed" && "fill-[#7ff0e0] stroke-[#06231c]",
              state(key) === "open" && "fill-[#163d2c] stroke-white",
            )}
          />
        </g>
      ))}
    </svg>
  );
}
