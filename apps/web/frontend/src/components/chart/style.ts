/** What all charts share: colours from the tokens, axes, type. */
import type uPlot from "uplot";

/** Tokens that a series may have; each also has a shape of its own, so that colour is never the only sign. */
export type SeriesColor = "--c-accent" | "--c-teal" | "--c-warn" | "--c-ink" | "--c-line-strong";

/** A token's value, resolved for a canvas, which knows no CSS variables. */
export function token(name: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

export function axisStyle(): uPlot.Axis {
  return {
    stroke: token("--c-muted"),
    grid: { stroke: token("--c-line"), width: 1 },
    ticks: { show: false },
    font: "12px Figtree Variable, sans-serif",
  };
}
