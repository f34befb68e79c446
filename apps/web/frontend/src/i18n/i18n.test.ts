import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import mainEn from "./en.json";
import mainEs from "./es.json";
import accountEn from "./account.en.json";
import compareEn from "./compare.en.json";
import eventsEn from "./events.en.json";
import accountEs from "./account.es.json";
import compareEs from "./compare.es.json";
import eventsEs from "./events.es.json";
import feedbackEn from "./feedback.en.json";
import feedbackEs from "./feedback.es.json";
import liveEn from "./live.en.json";
import liveEs from "./live.es.json";
import plansEn from "./plans.en.json";
import plansEs from "./plans.es.json";
import rigEn from "./rig.en.json";
import rigEs from "./rig.es.json";
import spaceEn from "./space.en.json";
import spaceEs from "./space.es.json";

const en = { ...mainEn, ...accountEn, ...compareEn, ...eventsEn, ...feedbackEn, ...liveEn, ...plansEn, ...rigEn, ...spaceEn };
const es = { ...mainEs, ...accountEs, ...compareEs, ...eventsEs, ...feedbackEs, ...liveEs, ...plansEs, ...rigEs, ...spaceEs };

/** Every key is looked for in every source: seconds, on a busy machine more. */
const SLOW_MS = 60_000;

type Tree = { [key: string]: string | Tree };

/** Plural endings differ between languages; the key before them may not. */
const PLURAL = /_(one|many|other)$/;

function entries(tree: Tree, path = ""): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === "string" ? [[path + key, value] as [string, string]] : entries(value, `${path}${key}.`),
  );
}

const names = (tree: Tree) => [...new Set(entries(tree).map(([key]) => key.replace(PLURAL, "")))].sort();
const holes = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name).sort();

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf-8" })
    .filter((name) => /\.tsx?$/.test(name) && !name.endsWith(".test.ts"))
    .map((name) => readFileSync(join(folder, name), "utf-8"));
}

describe("Spanish", () => {
  it("says all that English says, and no more", () => {
    expect(names(es)).toEqual(names(en));
  });

  it("fills in the same values", () => {
    const english = new Map(entries(en).map(([key, text]) => [key.replace(PLURAL, ""), text]));
    for (const [key, text] of entries(es)) {
      expect(holes(text), key).toEqual(holes(english.get(key.replace(PLURAL, ""))!));
    }
  });
});

it("no sentence is left that no page says", () => {
  const source = sources(join(import.meta.dirname, "..")).join("\n");
  const unused = names(en).filter((key) => {
    const parent = key.slice(0, key.lastIndexOf("."));
    return !source.includes(`"${key}"`) && !source.includes(`\`${parent}.\${`) && !source.includes(`.${key.split(".").at(-1)}\``);
  });
  expect(unused).toEqual([]);
}, SLOW_MS);
