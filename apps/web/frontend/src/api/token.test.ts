import { beforeEach, describe, expect, it, vi } from "vitest";

type Answer = { status: number; body?: object };

function serverAnswering(...answers: Answer[]) {
  const fetch = vi.fn(async () => {
    const { status, body } = answers.length > 1 ? answers.shift()! : answers[0]!;
    return new Response(JSON.stringify(body ?? {}), { status });
  });
  vi.stubGlobal("fetch", fetch);
  return fetch;
}

const token = (access: string, expires_in = 900): Answer => ({ status: 200, body: { data: { access, expires_in } } });

async function fresh({ hint }: { hint: boolean }) {
  const stored = new Map<string, string>(hint ? [["axolotl.signed-in", "1"]] : []);
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => stored.set(key, value),
    removeItem: (key: string) => stored.delete(key),
  });
  vi.resetModules();
  return { stored, token: await import("./token") };
}

beforeEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe("access token", () => {
  it("is asked for once by calls made at the same time", async () => {
    const { token: module } = await fresh({ hint: true });
    const fetch = serverAnswering(token("one"));
    const tokens = await Promise.all([module.currentAccessToken(), module.currentAccessToken()]);
    expect(tokens).toEqual(["one", "one"]);
    expect(fetch).toHaveBeenCalledTimes(1);
  });

  it("is renewed before it dies", async () => {
    const { token: module } = await fresh({ hint: true });
    serverAnswering(token("short", 20), token("long"));
    expect(await module.currentAccessToken()).toBe("short");
    expect(await module.currentAccessToken()).toBe("long");
    expect(await module.currentAccessToken()).toBe("long");
  });

  it("costs a visitor who never signed in no request", async () => {
    const { token: module } = await fresh({ hint: false });
    const fetch = serverAnswering({ status: 401 });
    expect(await module.currentAccessToken()).toBeNull();
    expect(fetch).not.toHaveBeenCalled();
  });

  it("survives that the page before took the cookie along", async () => {
    const { token: module } = await fresh({ hint: true });
    const fetch = serverAnswering({ status: 401 }, token("second"));
    expect(await module.currentAccessToken()).toBe("second");
    expect(fetch).toHaveBeenCalledTimes(2);
  });

  it("is given up when the server refuses twice, and not asked for again", async () => {
    const { token: module, stored } = await fresh({ hint: true });
    const fetch = serverAnswering({ status: 401 });
    expect(await module.currentAccessToken()).toBeNull();
    expect(stored.size).toBe(0);
    expect(await module.currentAccessToken()).toBeNull();
    expect(fetch).toHaveBeenCalledTimes(2);
  });

  it("is not given up because the server is busy", async () => {
    const { token: module, stored } = await fresh({ hint: true });
    serverAnswering({ status: 503 });
    await expect(module.currentAccessToken()).rejects.toMatchObject({ status: 503 });
    expect(stored.size).toBe(1);
  });
});
