import { useTranslation } from "react-i18next";
import type { WatchableResults } from "@/api/types";
import { formatClock } from "@/units/format";

/** Where the figures come from: film, calibration, models. */
export function AboutPanel({ results }: { results: WatchableResults }) {
  const { t } = useTranslation();
  const { video, warnings, models } = results;
  const notes = [...new Set([...video.warnings, ...warnings, ...(results.calibration?.warnings ?? [])])];
  const facts: [string, string][] = [
    [t("about.size"), `${video.width} × ${video.height}`],
    [t("about.rate"), t("about.fps", { fps: Math.round(video.fps * 100) / 100 })],
    [t("about.length"), `${formatClock(video.duration_s, 2)} (${t("about.frames", { count: video.frames })})`],
    [t("about.codec"), video.codec],
  ];
  return (
    <div className="space-y-6 text-sm">
      {notes.length > 0 && (
        <section>
          <h3 className="mb-2 text-base font-semibold">{t("about.notes")}</h3>
          <ul className="list-disc space-y-1.5 pl-5">
            {notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        </section>
      )}
      <section>
        <h3 className="mb-2 text-base font-semibold">{t("about.film")}</h3>
        <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-1.5">
          {facts.map(([name, value]) => (
            <div key={name} className="contents">
              <dt className="text-muted">{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </section>
      <section>
        <h3 className="mb-2 text-base font-semibold">{t("session.models")}</h3>
        <ul className="space-y-1.5">
          {models.map(({ key, version, sha256 }) => (
            <li key={key}>
              <span className="font-medium">{key}</span> <span className="text-muted">{version}</span>
              <code className="block truncate text-xs text-muted">{sha256}</code>
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}
