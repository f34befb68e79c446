import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { SocketPhase } from "@/api/socket";
import { openLine, type LineError } from "./line";
import type { LiveState } from "./messages";

vi.mock("@/api/account", () => ({ socketTicket: () => Promise.resolve("t") }));

class FakeSocket {
  static readonly OPEN = 1;
  static all: FakeSocket[] = [];
  readyState = FakeSocket.OPEN;
  sent: string[] = [];
  onopen: (() => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  constructor() {
    FakeSocket.all.push(this);
  }
  send(text: string) {
    this.sent.push(text);
  }
  close() {
    this.readyState = 3;
  }
  say(message: object) {
    this.onmessage!({ data: JSON.stringify(message) });
  }
}

const newest = () => FakeSocket.all.at(-1)!;
const state = (version: number) => ({ type: "metrics_update", version, metrics: {}, timestamp: "" });
const joined = { type: "joined", role: "sender", camera: "main", frame_budget: { fps: 10, max_bytes: 1 } };

beforeEach(() => {
  FakeSocket.all = [];
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", FakeSocket);
  vi.stubGlobal("location", { protocol: "http:", host: "127.0.0.1" });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function opened(camera: string | null) {
  const heard = { versions: [] as number[], stopped: 0, errors: [] as LineError[], phases: [] as SocketPhase[] };
  const line = openLine("1", camera, {
    onState: (next: LiveState) => heard.versions.push(next.version),
    onJoined: () => undefined,
    onStopped: () => (heard.stopped += 1),
    onError: (error) => heard.errors.push(error),
    onPhase: (phase) => heard.phases.push(phase),
  });
  await vi.advanceTimersByTimeAsync(0);
  newest().onopen!();
  return { line, heard };
}

describe("joining", () => {
  it("as a camera says so first, then watches", async () => {
    await opened("main");
    expect(newest().sent.map((text) => JSON.parse(text) as object)).toEqual([{ type: "start_session", camera: "main" }, { type: "join_session" }]);
  });

  it("as a viewer only watches, and may send nothing", async () => {
    const { line } = await opened(null);
    expect(newest().sent.map((text) => JSON.parse(text) as object)).toEqual([{ type: "join_session" }]);
    newest().say({ ...joined, role: "viewer", camera: null });
    expect(line.socket()).toBeNull();
  });

  it("gives the socket away for pictures only once the camera was taken in", async () => {
    const { line } = await opened("main");
    expect(line.socket()).toBeNull();
    newest().say(joined);
    expect(line.socket()).toBe(newest());
  });
});

describe("a break", () => {
  it("holds pictures back until the camera was taken in again", async () => {
    const { line, heard } = await opened("main");
    newest().say(joined);
    newest().onclose!({ code: 1006 });
    expect(line.socket()).toBeNull();
    await vi.advanceTimersByTimeAsync(1000);
    newest().onopen!();
    expect(line.socket()).toBeNull();
    newest().say(joined);
    expect(line.socket()).toBe(newest());
    expect(heard.phases).toEqual(["connecting", "open", "lost", "open"]);
  });

  it("tells no state twice and none that is older", async () => {
    const { heard } = await opened(null);
    [5, 6, 6, 4, 7].forEach((version) => newest().say(state(version)));
    newest().onclose!({ code: 1006 });
    await vi.advanceTimersByTimeAsync(1000);
    [7, 8].forEach((version) => newest().say(state(version)));
    expect(heard.versions).toEqual([5, 6, 7, 8]);
  });

  it("is made by hand when the network went without a word", async () => {
    const { line } = await opened("main");
    const first = newest();
    line.restart();
    await vi.advanceTimersByTimeAsync(0);
    expect([first.readyState, FakeSocket.all.length]).toEqual([3, 2]);
  });
});

describe("the end", () => {
  it("is told once, and the line stays down", async () => {
    const { heard } = await opened("main");
    newest().say({ type: "session_stopped", session_id: "1" });
    newest().onclose!({ code: 1000 });
    await vi.advanceTimersByTimeAsync(60_000);
    expect([heard.stopped, FakeSocket.all.length]).toEqual([1, 1]);
  });

  it("is also that it is being stored", async () => {
    const { heard } = await opened("main");
    newest().say({ type: "error", code: "SESSION_STOPPING", message: "", fatal: false });
    expect([heard.stopped, heard.errors]).toEqual([1, []]);
  });

  it("is not a refused picture; what is told in numbers is no complaint", async () => {
    const { heard } = await opened("main");
    newest().say({ type: "error", code: "FRAMES_DROPPED", message: "", fatal: false });
    newest().say({ type: "error", code: "FRAME_TOO_LARGE", message: "too large", fatal: false });
    expect(heard.errors.map(({ code }) => code)).toEqual(["FRAME_TOO_LARGE"]);
    expect(heard.stopped).toBe(0);
  });
});
