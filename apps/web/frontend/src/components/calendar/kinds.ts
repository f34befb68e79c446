import { Activity, ClipboardCheck, Leaf, Trophy, type LucideIcon } from "lucide-react";
import type { EventType } from "@/api/types";

/** A kind of event has an icon: colour is never the only sign. */
export const KIND_ICONS: Record<EventType, LucideIcon> = {
  training: Activity,
  match: Trophy,
  recovery: Leaf,
  assessment: ClipboardCheck,
};
