import { api, done, unwrap, unwrapPage } from "./client";
import type { Page } from "./client";
import type { Player } from "./types";

/** A roster is small; the API's largest page holds it. */
const ROSTER_PAGE = 100;

export type PlayerInput = Partial<
  Pick<
    Player,
    | "first_name"
    | "last_name"
    | "date_of_birth"
    | "position"
    | "jersey_number"
    | "height_cm"
    | "weight_kg"
    | "dominant_foot"
    | "sex"
    | "team_id"
  >
>;

export function listPlayers(teamId?: string): Promise<Page<Player>> {
  return unwrapPage<Player>(
    api.GET("/api/players", { params: { query: { team_id: teamId, per_page: ROSTER_PAGE } } }),
  );
}

export function createPlayer(input: PlayerInput): Promise<Player> {
  return unwrap<Player>(api.POST("/api/players", { body: input }));
}

export function updatePlayer(id: string, input: PlayerInput): Promise<Player> {
  return unwrap<Player>(api.PATCH("/api/players/{id}", { params: { path: { id } }, body: input }));
}

export function deletePlayer(id: string): Promise<void> {
  return done(api.DELETE("/api/players/{id}", { params: { path: { id } } }));
}
