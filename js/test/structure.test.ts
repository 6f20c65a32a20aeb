import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const MOST_LINES = 400;
const MOST_IN_THE_MIDDLE = 120;

/** From the top down; a file imports of its own floor and of those below. */
const FLOORS = ["widget", "view", "kernel", "state", "keys", "protocol", "content"];

const src = import.meta.url.replace(/^file:\/\//, "").replace(/test\/[^/]*$/, "src/");
const texts = new Map(
  readdirSync(src, { recursive: true })
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => /\.(tsx?|css)$/.test(name))
    .map((name) => [name, readFileSync(src + name, "utf8")] as const),
);
const modules = [...texts.keys()].filter((name) => /(?<!\.d)\.tsx?$/.test(name));

function importsOf(name: string): readonly string[] {
  const found = (texts.get(name) ?? "").matchAll(/\bfrom "(\.[^"]*)"|\bimport "(\.[^"]*)"/g);
  return [...found].map(([, from, bare]) => resolve(name, from ?? bare ?? ""));
}

/** The file that an import means; the test of imports fails on one that means none. */
function resolve(from: string, spec: string): string {
  const { pathname } = new URL(spec, `file:///${from}`);
  const path = pathname.slice(1).replace(/\/$/, "");
  return (
    ["", ".ts", ".tsx", "/index.ts"].map((end) => path + end).find((file) => texts.has(file)) ??
    spec
  );
}

const floorOf = (name: string) => FLOORS.indexOf(name.split(/[/.]/)[0] ?? "");

const lengths = [...texts].map(([name, text]) => [text.split("\n").length - 1, name] as const);

test("no file of the front end is long, and most are short", () => {
  const sorted = lengths.map(([lines]) => lines).sort((a, b) => a - b);

  expect(lengths.filter(([lines]) => lines > MOST_LINES)).toEqual([]);
  expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThan(MOST_IN_THE_MIDDLE);
});

test("each file stands on a floor, and imports nothing from above it", () => {
  expect(modules.filter((name) => floorOf(name) < 0)).toEqual([]);
  const arrows = modules.flatMap((from) => importsOf(from).map((to) => [from, to] as const));
  const inside = arrows.filter(([, to]) => !to.includes("tiebreak/"));
  expect(inside.filter(([, to]) => !texts.has(to))).toEqual([]);

  expect(inside.filter(([from, to]) => floorOf(to) < floorOf(from))).toEqual([]);
  expect(inside.length).toBeGreaterThan(modules.length);
});

test("no files import each other in a circle", () => {
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (name: string, path: readonly string[]) => {
    if (path.includes(name)) circles.push([...path.slice(path.indexOf(name)), name].join(" -> "));
    else if (!done.has(name)) for (const to of importsOf(name)) visit(to, [...path, name]);
    done.add(name);
  };
  for (const name of modules) visit(name, []);

  expect(circles).toEqual([]);
});
