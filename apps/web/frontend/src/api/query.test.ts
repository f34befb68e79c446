import { expect, it } from "vitest";
import { createQueryClient, forgetWords, keys } from "./query";

it("a new language makes sentences stale, and leaves the large arrays", async () => {
  const client = createQueryClient();
  const words = [keys.kpiCatalogue, keys.scanStatus("s"), keys.scanResults("s"), keys.feedbackList({}), keys.me];
  const arrays = [keys.scanWindow("s", 2), keys.points3d("s", 2), keys.bodyClip("s", 1, 0, 4), keys.bodyRows("s", 1), keys.frame("s", 1)];
  for (const key of [...words, ...arrays]) client.setQueryData(key, {});
  await forgetWords(client);
  const stale = (key: readonly unknown[]) => client.getQueryState(key)?.isInvalidated;
  expect(words.map(stale)).toEqual(words.map(() => true));
  expect(arrays.map(stale)).toEqual(arrays.map(() => false));
});
