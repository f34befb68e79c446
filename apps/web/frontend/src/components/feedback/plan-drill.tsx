import type { FeedbackBody } from "@/api/types";
import { endAfter, newForm, type EventForm } from "@/calendar/event-form";
import { addDays, today } from "@/calendar/zones";
import { EventDialog } from "@/components/calendar/event-dialog";
import { useTeams, useZone } from "@/hooks/use-calendar";

const USUAL_START = "17:30";

interface PlanDrillProps {
  recommended: FeedbackBody["recommendations"][number];
  teamId: string;
  playerId: string | null;
  onClose: () => void;
}

/** The event form with the drill in it: tomorrow, after school; the rules judge it as the coach changes it. */
export default function PlanDrill({ recommended, teamId, playerId, onClose }: PlanDrillProps) {
  const teams = useTeams();
  const team = teams.data?.items.find(({ id }) => id === teamId) ?? null;
  const zone = useZone(team);
  if (!team) return null;
  const minutes = recommended.duration_min;
  const form: EventForm = {
    ...newForm({ day: addDays(today(zone), 1), from: USUAL_START, to: endAfter(USUAL_START, minutes) }),
    title: recommended.drill,
    description: recommended.description,
    player_id: playerId ?? "",
    drills: [{ drill: recommended.drill_key, title: recommended.drill, minutes: String(minutes) }],
  };
  return <EventDialog team={team} zone={zone} event={null} form={form} onClose={onClose} />;
}
