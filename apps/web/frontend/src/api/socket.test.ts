import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "./errors";
import { isFinalRefusal, listen, nextPause, type SocketPhase } from "./socket";

class FakeSocket {
  static all: FakeSocket[] = [];
  onopen: (() => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  closed = false;
  constructor(readonly url: string) {
    FakeSocket.all.push(this);
  }
  close() {
    this.closed = true;
  }
}

const newest = () => FakeSocket.all.at(-1)!;
/** Let the ticket arrive. */
const settle = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  FakeSocket.all = [];
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", FakeSocket);
  vi.stubGlobal("location", { protocol: "https:", host: "axolotl.example" });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function line(ticket: () => Promise<string>) {
  const phases: SocketPhase[] = [];
  const opened: unknown[] = [];
  const heard: unknown[] = [];
  const stop = listen<unknown>({
    path: "live/1",
    ticket,
    onMessage: (message) => heard.push(message),
    onPhase: (phase) => phases.push(phase),
    onOpen: (socket) => opened.push(socket),
  });
  return { phases, opened, heard, stop };
}

it("doubles the pause up to half a minute", () => {
  const pauses = [1000];
  while (pauses.length < 8) pauses.push(nextPause(pauses.at(-1)!));
  expect(pauses).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
});

it("gives up on a refusal, not on a busy server or a lost network", () => {
  expect([401, 403, 404].map((status) => isFinalRefusal(new ApiError(status, "", "")))).toEqual([true, true, true]);
  expect([0, 429, 500, 503].map((status) => isFinalRefusal(new ApiError(status, "", "")))).toEqual([false, false, false, false]);
});

describe("a line", () => {
  it("comes back after growing pauses, with a new ticket each time, and tells each opened socket", async () => {
    let tickets = 0;
    const { phases, opened } = line(() => Promise.resolve(`t${++tickets}`));
    await settle();
    expect(newest().url).toBe("wss://axolotl.example/ws/live/1?ticket=t1");
    newest().onopen!();
    newest().onclose!({ code: 1006 });
    await vi.advanceTimersByTimeAsync(999);
    expect(FakeSocket.all).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(newest().url).toContain("t2");
    newest().onclose!({ code: 1006 });
    await vi.advanceTimersByTimeAsync(1999);
    expect(FakeSocket.all).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(1);
    newest().onopen!();
    expect(phases).toEqual(["connecting", "open", "lost", "lost", "open"]);
    expect(opened).toEqual([FakeSocket.all[0], FakeSocket.all[2]]);
  });

  it("starts with a short pause again once it was open", async () => {
    line(() => Promise.resolve("t"));
    await settle();
    newest().onclose!({ code: 1006 });
    await vi.advanceTimersByTimeAsync(1000);
    newest().onopen!();
    newest().onclose!({ code: 1006 });
    await vi.advanceTimersByTimeAsync(1000);
    expect(FakeSocket.all).toHaveLength(3);
  });

  it("stays closed when the server says it is over, or the ticket is refused", async () => {
    const over = line(() => Promise.resolve("t"));
    await settle();
    newest().onclose!({ code: 4403 });
    await vi.advanceTimersByTimeAsync(60_000);
    expect([over.phases.at(-1), FakeSocket.all.length]).toEqual(["closed", 1]);
    const refused = line(() => Promise.reject(new ApiError(404, "NOT_FOUND", "")));
    await vi.advanceTimersByTimeAsync(60_000);
    expect([refused.phases.at(-1), FakeSocket.all.length]).toEqual(["closed", 1]);
  });

  it("makes no socket after it was stopped", async () => {
    const { stop } = line(() => Promise.resolve("t"));
    stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(FakeSocket.all).toHaveLength(0);
  });
});
