import { describe, expect, it, vi } from "vitest";
import { Playout, SentFrames, type Seen } from "./playout";
import { RemoteFilm } from "./remote-film";

function seen(seq: number): Seen {
  const takenUs = 1_000_000 * seq;
  return { takenUs, width: 16, height: 9, frame: { frame: seq, t: seq, boxes: [], poses: new Map(), ball: null, world: [] } };
}

function film() {
  const asked: { seq: number; answer: (blob: Blob) => void; fail: () => void }[] = [];
  const playout = new Playout();
  const pictures = new SentFrames<Blob>();
  const remote = new RemoteFilm("phone", playout, pictures, (_camera, seq) => new Promise((answer, fail) => asked.push({ seq, answer, fail: () => fail(new Error("gone")) })));
  return { asked, playout, pictures, remote };
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

describe("a film from elsewhere", () => {
  it("shows a state only with its picture", async () => {
    const { asked, playout, pictures, remote } = film();
    remote.add(seen(1));
    expect(playout.newest).toBeNull();
    const picture = new Blob(["1"]);
    asked[0]!.answer(picture);
    await settle();
    expect([playout.newest?.takenUs, pictures.at(1_000_000)]).toEqual([1_000_000, picture]);
  });

  it("asks for one picture at a time, and for the newest next", async () => {
    const { asked, remote } = film();
    [1, 2, 3, 4].forEach((seq) => remote.add(seen(seq)));
    expect(asked.map(({ seq }) => seq)).toEqual([1]);
    asked[0]!.answer(new Blob());
    await settle();
    expect(asked.map(({ seq }) => seq)).toEqual([1, 4]);
  });

  it("shows the boxes alone when the picture is gone", async () => {
    const { asked, playout, pictures, remote } = film();
    remote.add(seen(1));
    asked[0]!.fail();
    await settle();
    expect([playout.newest?.takenUs, pictures.at(1_000_000)]).toEqual([1_000_000, null]);
  });

  it("goes on when a request is swallowed", async () => {
    const playout = new Playout();
    const swallowed = (_camera: string, _seq: number, signal: AbortSignal) =>
      new Promise<Blob>((_answer, fail) => signal.addEventListener("abort", () => fail(signal.reason)));
    const remote = new RemoteFilm("phone", playout, new SentFrames<Blob>(), swallowed, 5);
    remote.add(seen(1));
    remote.add(seen(2));
    await vi.waitFor(() => expect(playout.newest?.takenUs).toBe(2_000_000));
  });
});
