import { Camera, Server, Smartphone, type LucideIcon } from "lucide-react";
import type { DeviceType } from "@/api/types";

export const DEVICE_TYPES = ["mobile", "camera", "edge"] as const satisfies readonly DeviceType[];
export const DEVICE_ICONS: Record<DeviceType, LucideIcon> = { mobile: Smartphone, camera: Camera, edge: Server };
