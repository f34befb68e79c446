import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createElement, type ReactElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { MemoryRouter } from "react-router";
import { describe, expect, it, vi } from "vitest";
import type { Figure, Overview, SessionListItem } from "@/api/types";
import { PreferencesProvider } from "@/hooks/use-preferences";
import { LoadPanel } from "./dashboard/load-panel";
import { Panel } from "./dashboard/panel";
import { Tiles } from "./dashboard/tiles";
import { Hint } from "./figure";
import { SessionCard } from "./session-card";
import { ZoneBar } from "./session/zone-bar";

/** What the modules ask of a browser when they are loaded. */
vi.hoisted(() => {
  vi.stubGlobal("location", new URL("http://localhost/"));
  vi.stubGlobal("localStorage", { getItem: () => null });
  vi.stubGlobal("navigator", { language: "en" });
});

/** The page as a server would write it: enough to read which words and buttons it has. */
function markup(element: ReactElement): string {
  const page = createElement(MemoryRouter, null, element);
  return renderToStaticMarkup(
    createElement(QueryClientProvider, { client: new QueryClient() }, createElement(PreferencesProvider, null, page)),
  );
}

const buttons = (html: string) => [...html.matchAll(/<button[^>]* aria-label="([^"]*)"/g)].map(([, name]) => name);

const figure = (value: number, unit = ""): Figure => ({ value, unit, low: null, high: null, n: 4, coverage: null, absent: null });

const LOAD = {
  days: 41,
  week: figure(285, "AU"),
  previous_week: figure(345, "AU"),
  change: figure(-0.17, "share"),
  monotony: figure(0.61),
  flags: [],
  lines: [],
  players: [],
  sources: [],
} as unknown as Overview["load"];

const OVERVIEW = {
  active_players: figure(5, "players"),
  roster: 5,
  week: { sessions: figure(1, "sessions"), last_week: figure(2, "sessions"), trainings: 1, matches: 0 },
  load: LOAD,
  data_quality: { sessions: 9, by_grade: [{ grade: "C", sessions: 9, share: 1 }] },
  period: { days: 28 },
} as unknown as Overview;

const SESSION = {
  id: "s",
  title: "Final",
  thumbnail_url: null,
  session_type: "match",
  start: "2026-05-07T18:00:00Z",
  created_at: "2026-05-07T18:00:00Z",
  player: null,
  team_id: "t",
  job: null,
  kpis: { max_speed_mps: 7, total_distance_m: 3000, grade: "B" },
  synthetic: false,
} as unknown as SessionListItem;

describe("every number has its definition one click away", () => {
  it("in the tiles of the dashboard", () => {
    expect(buttons(markup(createElement(Tiles, { overview: OVERVIEW, whole: true })))).toEqual([
      "What is “Active players”?",
      "What is “Sessions this week”?",
      "What is “Load of the last 7 days”?",
      "What is “Sessions of grade A or B”?",
    ]);
  });

  it("in the load: each of its five numbers, and what load is", () => {
    expect(buttons(markup(createElement(LoadPanel, { load: LOAD, showPlayers: false })))).toEqual([
      "What is training load?",
      "What is “Load of the last 7 days”?",
      "What is “7 days before”?",
      "What is “Change”?",
      "What is “Monotony”?",
      "What is “Days behind it”?",
    ]);
  });

  it("on a session's card, and its grade tells itself", () => {
    expect(buttons(markup(createElement(SessionCard, { session: SESSION })))).toEqual([
      "What is “Top speed”?",
      "What is “Distance”?",
      "Grade B: Good: small gaps or a larger error",
    ]);
  });

  it("beside the speed zones", () => {
    const zones = [{ key: "time_zone_1_s", name: "Walking", value: 4, unit: "s" }];
    expect(buttons(markup(createElement(ZoneBar, { zones, label: "Zones" })))).toEqual(["What are the zones?"]);
  });
});

it("a heading is called by its words alone: the question mark stands beside it", () => {
  const hint = createElement(Hint, { label: "What is it?", children: "This." });
  const html = markup(createElement(Panel, { title: "Training load", hint, children: "…" }));
  expect(html).toMatch(/<h2[^>]*>Training load<\/h2><button[^>]* aria-label="What is it\?"/);
});
