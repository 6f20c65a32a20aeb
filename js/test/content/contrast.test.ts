import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

const css = readFileSync(
  import.meta.url.replace(/^file:\/\//, "").replace(/test\/content\/.*/, "src/content/content.css"),
  "utf8",
);

function colours(block: string): Record<string, string> {
  const [, declarations = ""] = css.split(`${block} {`);
  return Object.fromEntries(
    [...declarations.slice(0, declarations.indexOf("}")).matchAll(/(--tb-[a-z-]+): (#\w+);/g)].map(
      ([, name = "", value = ""]) => [name, value],
    ),
  );
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

// The surfaces that the view makes of JupyterLab's background, and its text on marked words.
describe.each([
  [":host", ["#f2f2f2", "#e3e3e3"], "#1f2328"],
  [':host([data-theme="dark"])', ["#313131", "#393939"], "#e2e5e9"],
])("the colours of %s", (block, surfaces, text) => {
  const found = colours(block);
  const marks = [found["--tb-left-mark"] ?? "", found["--tb-right-mark"] ?? ""];
  const code = Object.entries(found).filter(([name]) => name.startsWith("--tb-code-"));

  test("are all there", () => {
    expect(code.length).toBe(10);
    expect(Object.keys(found)).toEqual(Object.keys(colours(":host")));
  });

  test.each(code)("%s %s reads on code and on marked code", (_name, colour) => {
    for (const surface of [...surfaces, ...marks]) {
      expect(contrast(colour, surface), surface).toBeGreaterThanOrEqual(4.5);
    }
  });

  test("text reads on marks, and codes of invisible characters on theirs", () => {
    for (const mark of marks) expect(contrast(text, mark)).toBeGreaterThanOrEqual(4.5);
    expect(
      contrast(found["--tb-invisible-fg"] ?? "", found["--tb-invisible-bg"] ?? ""),
    ).toBeGreaterThanOrEqual(4.5);
  });
});
