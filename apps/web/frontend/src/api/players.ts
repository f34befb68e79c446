import { api, unwrap, unwrapPage, type Page } from "./client";
import type { components } from "./schema";
import type { Player } from "./types";

/** A roster is small; the API's largest page holds it. */
const ROSTER_PAGE = 100;

export type PlayerCreate = components["schemas"]["PlayerCreateInputRequest"];
export type PlayerChange = components["schemas"]["PatchedPlayerInputRequest"];

export function listPlayers(): Promise<Page<Player>> {
  return unwrapPage(api.GET("/api/players", { params: { query: { per_page: ROSTER_PAGE } } }));
}

export function getPlayer(id: string): Promise<Player> {
  return unwrap(api.GET("/api/players/{player_id}", { params: { path: { player_id: id } } }));
}

export function createPlayer(input: PlayerCreate): Promise<Player> {
  return unwrap(api.POST("/api/players", { body: input }));
}

export function updatePlayer(id: string, input: PlayerChange): Promise<Player> {
  return unwrap(api.PATCH("/api/players/{player_id}", { params: { path: { player_id: id } }, body: input }));
}
