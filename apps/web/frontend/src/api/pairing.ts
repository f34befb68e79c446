import { socketTicket } from "./account";
import { api, done, unwrap, unwrapPage, type Page } from "./client";
import { listen, type SocketPhase } from "./socket";
import type { ConnectAnswer, ConnectInput, Device, DeviceType, PairingInput, PairingOffer } from "./types";

const PER_PAGE = 100;
const byId = (id: string) => ({ params: { path: { device_id: id } } });

export function makeOffer(input: PairingInput): Promise<PairingOffer> {
  return unwrap(api.POST("/api/pairing/generate", { body: input }));
}

export function closeOffer(id: string): Promise<void> {
  return done(api.POST("/api/pairing/{pairing_id}/close", { params: { path: { pairing_id: id } } }));
}

export function listDevices(): Promise<Page<Device>> {
  return unwrapPage(api.GET("/api/pairing/devices", { params: { query: { per_page: PER_PAGE } } }));
}

export function getDevice(id: string): Promise<Device> {
  return unwrap(api.GET("/api/pairing/devices/{device_id}", byId(id)));
}

export function renameDevice(id: string, name: string): Promise<Device> {
  return unwrap(api.PATCH("/api/pairing/devices/{device_id}", { ...byId(id), body: { name } }));
}

export function revokeDevice(id: string): Promise<void> {
  return done(api.DELETE("/api/pairing/devices/{device_id}", byId(id)));
}

/** Join by code or token. With the same secret `key` again a lost answer comes once more. */
export function connectDevice(input: ConnectInput, key: string): Promise<ConnectAnswer> {
  return unwrap(api.POST("/api/pairing/connect", { body: input, params: { header: { "Idempotency-Key": key } } }));
}

/** When a question left here [µs], arrived at the server and was answered there, for the offset of the two clocks. */
export function askServerTime(t0: number): Promise<{ t1: number; t2: number }> {
  return unwrap(api.POST("/api/pairing/ntp_sync", { body: { t0 } }));
}

export interface DeviceBrief {
  device_id: string | null;
  name: string;
  device_type: DeviceType;
  model: string;
}

export type OfferState = "open" | "full" | "expired" | "closed" | "wrong_tries";

export interface PairingMessage {
  type: "pairing_state" | "pairing_request" | "pairing_success" | "pairing_failed";
  pairing: { state: OfferState; max_devices: number; places_left: number; wrong_tries_left: number; devices: DeviceBrief[] };
  device: DeviceBrief | null;
  reason: string | null;
}

/** Hear who comes by an offer's code. Returns `stop`. */
export function followOffer(id: string, onMessage: (message: PairingMessage) => void, onPhase: (phase: SocketPhase) => void) {
  return listen<PairingMessage>({ path: `pairing/${id}`, ticket: () => socketTicket("pairing", id), onMessage, onPhase });
}
