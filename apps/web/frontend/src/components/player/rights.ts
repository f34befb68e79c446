import type { Player } from "@/api/types";
import { useMe } from "@/hooks/use-account";

export interface PlayerRights {
  /** Measurements and fitness tests: the staff's to enter. */
  body: boolean;
  /** Wellness and concussions: a coach's, the player's or a guardian's. */
  wellness: boolean;
  /** Guardians, paper consents, the player's particulars. */
  coach: boolean;
  /** The player, or a guardian: nobody else outside the staff can open the page. */
  family: boolean;
}

/** What the reader may do with a player; the server decides again. */
export function usePlayerRights(player: Player): PlayerRights {
  const { data: me } = useMe();
  const role = me?.memberships.find(({ team }) => team.id === player.team_id)?.role;
  const coach = role === "owner" || role === "coach";
  const family = role === undefined || role === "player";
  return { body: coach || role === "analyst", wellness: coach || family, coach, family };
}
