/** What people enter about a player, and who speaks for them. One entry each in `ENTRIES`: the four kinds act alike. */
import { api, done, unwrap, unwrapPage, type Page } from "./client";
import type { Concussion, Consent, ConsentInput, FitnessTest, Growth, Guardian, Measurement, Wellness } from "./types";
import type { components } from "./schema";

type Schemas = components["schemas"];

export interface EntryOf {
  measurements: Measurement;
  "fitness-tests": FitnessTest;
  wellness: Wellness;
  concussions: Concussion;
}
export interface EntryInputOf {
  measurements: Schemas["MeasurementInputRequest"];
  "fitness-tests": Schemas["FitnessTestInputRequest"];
  wellness: Schemas["WellnessInputRequest"];
  concussions: Schemas["ConcussionInputRequest"];
}
export type EntryKind = keyof EntryOf;

const PER_PAGE = 100;
const of = (player_id: string) => ({ params: { path: { player_id } } });
const listOf = (player_id: string) => ({ params: { path: { player_id }, query: { per_page: PER_PAGE } } });
const one = (player_id: string, entry_id: string) => ({ params: { path: { player_id, entry_id } } });

interface Entries<Kind extends EntryKind> {
  list: (player: string) => Promise<Page<EntryOf[Kind]>>;
  add: (player: string, body: EntryInputOf[Kind]) => Promise<unknown>;
  change: (player: string, id: string, body: EntryInputOf[Kind]) => Promise<unknown>;
  remove: (player: string, id: string) => Promise<void>;
}

export const ENTRIES: { [Kind in EntryKind]: Entries<Kind> } = {
  measurements: {
    list: (player) => unwrapPage(api.GET("/api/players/{player_id}/measurements", listOf(player))),
    add: (player, body) => unwrap(api.POST("/api/players/{player_id}/measurements", { ...of(player), body })),
    change: (player, id, body) => unwrap(api.PATCH("/api/players/{player_id}/measurements/{entry_id}", { ...one(player, id), body })),
    remove: (player, id) => done(api.DELETE("/api/players/{player_id}/measurements/{entry_id}", one(player, id))),
  },
  "fitness-tests": {
    list: (player) => unwrapPage(api.GET("/api/players/{player_id}/fitness-tests", listOf(player))),
    add: (player, body) => unwrap(api.POST("/api/players/{player_id}/fitness-tests", { ...of(player), body })),
    change: (player, id, body) => unwrap(api.PATCH("/api/players/{player_id}/fitness-tests/{entry_id}", { ...one(player, id), body })),
    remove: (player, id) => done(api.DELETE("/api/players/{player_id}/fitness-tests/{entry_id}", one(player, id))),
  },
  wellness: {
    list: (player) => unwrapPage(api.GET("/api/players/{player_id}/wellness", listOf(player))),
    add: (player, body) => unwrap(api.POST("/api/players/{player_id}/wellness", { ...of(player), body })),
    change: (player, id, body) => unwrap(api.PATCH("/api/players/{player_id}/wellness/{entry_id}", { ...one(player, id), body })),
    remove: (player, id) => done(api.DELETE("/api/players/{player_id}/wellness/{entry_id}", one(player, id))),
  },
  concussions: {
    list: (player) => unwrapPage(api.GET("/api/players/{player_id}/concussions", listOf(player))),
    add: (player, body) => unwrap(api.POST("/api/players/{player_id}/concussions", { ...of(player), body })),
    change: (player, id, body) => unwrap(api.PATCH("/api/players/{player_id}/concussions/{entry_id}", { ...one(player, id), body })),
    remove: (player, id) => done(api.DELETE("/api/players/{player_id}/concussions/{entry_id}", one(player, id))),
  },
};

export function getGrowth(player: string): Promise<Growth> {
  return unwrap(api.GET("/api/players/{player_id}/growth", of(player)));
}

/** Every word about consent, newest first; the newest of a purpose counts. */
export function listConsents(player: string): Promise<Page<Consent>> {
  return unwrapPage(api.GET("/api/players/{player_id}/consents", listOf(player)));
}

export function recordConsent(player: string, body: ConsentInput): Promise<unknown> {
  return unwrap(api.POST("/api/players/{player_id}/consents", { ...of(player), body }));
}

export function listGuardians(player: string): Promise<Page<Guardian>> {
  return unwrapPage(api.GET("/api/players/{player_id}/guardians", listOf(player)));
}

export function inviteGuardian(player: string, email: string): Promise<unknown> {
  return unwrap(api.POST("/api/players/{player_id}/guardians", { ...of(player), body: { email } }));
}

export function removeGuardian(player_id: string, guardianship_id: string): Promise<void> {
  return done(api.DELETE("/api/players/{player_id}/guardians/{guardianship_id}", { params: { path: { player_id, guardianship_id } } }));
}
