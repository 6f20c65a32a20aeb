import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { renderText } from "../../src/content";

const path = import.meta.url
  .replace(/^file:\/\//, "")
  .replace(/\/[^/]+\/js\/test\/.*/, "/shared/data/xss/dompurify-fixtures.jsonl");
const present = existsSync(path);

const ours = [
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "<svg onload=alert(1)>",
  "javascript:alert(1)",
  "JaVaScRiPt:alert(1)",
  "java\nscript:alert(1)",
  "\u0001javascript:alert(1)",
  "javascript&colon;alert(1)",
  "&#106;avascript:alert(1)",
  "data:text/html,<script>alert(1)</script>",
  "data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+",
  "vbscript:msgbox(1)",
  "https://evil.example/?<script>",
  "https://evil.example/a.png",
  "//evil.example/a.png",
  '"onmouseover="alert(1)',
  "](javascript:alert(1))",
  "[a](<javascript:alert(1)>)",
  "[a]: javascript:alert(1)\n\n[a]",
  "![a]: https://evil.example/x.png\n\n![a]",
  "<style>@import 'https://evil.example'</style>",
  "<link rel=prefetch href=https://evil.example>",
  "<form action=https://evil.example><input name=location></form>",
  "<a href=javascript:alert(1) id=x name=y>z</a>",
  "$\\href{javascript:alert(1)}{x}$",
  "$$\\includegraphics{https://evil.example/x.png}$$",
];

const elements = new Set(
  (
    "A BLOCKQUOTE BR BUTTON CODE DEL DETAILS DIV EM H1 H2 H3 H4 H5 H6 HR IMG LI OL P PRE SPAN STRONG " +
    "SUMMARY TABLE TBODY TD TH THEAD TR UL"
  ).split(" "),
);
const attributes = new Set(
  (
    "alt aria-label aria-pressed class decoding dir href referrerpolicy rel role scope src start tabindex " +
    "target title type"
  ).split(" "),
);
const classes = /^[a-z0-9_ -]*$/;
const raster = /^data:image\/(?:png|jpeg|webp|gif);base64,/;

/** Everything in the DOM that we would not have put there. */
function strangers(root: Element): string[] {
  const found: string[] = [];
  for (const made of [root, ...root.querySelectorAll("*")]) {
    if (!elements.has(made.tagName)) found.push(made.tagName);
    for (const { name, value } of made.attributes) {
      if (!attributes.has(name)) found.push(`${made.tagName} ${name}`);
      if (name === "href" && !/^(?:https?:\/\/|mailto:)/.test(value)) found.push(`href ${value}`);
      if (name === "src" && !raster.test(value)) found.push(`src ${value}`);
      if (name === "class" && !classes.test(value)) found.push(`class ${value}`);
      if (name === "type" && value !== "button") found.push(`type ${value}`);
    }
  }
  return found;
}

/** One payload in every place a text can put it. */
function places(payload: string): string[] {
  return [
    payload,
    `Some *text* ${payload} and **more**`,
    `- item\n\n  ${payload}`,
    `> ${payload}`,
    `| a |\n|---|\n| ${payload.replaceAll("\n", " ")} |`,
    `\`${payload}\``,
    `\`\`\`html\n${payload}\n\`\`\``,
    `\`\`\`${payload}\ncode\n\`\`\``,
    `[text](${payload})`,
    `[text](<${payload}>)`,
    `[${payload}](https://example.com "${payload}")`,
    `![alt](${payload})`,
    `![${payload}](https://example.com/a.png "${payload}")`,
    `<${payload}>`,
    `[a]: ${payload}\n\n[a] ![a]`,
    `$${payload}$ \\(${payload}\\)`,
  ];
}

function expectSafe(payload: string): void {
  for (const text of places(payload)) {
    for (const images of ["ask", "never"] as const) {
      expect(strangers(renderText(text, { images })), text).toEqual([]);
    }
    expect(strangers(renderText(text, { raw: true })), text).toEqual([]);
  }
  const message = { role: payload, content: payload, name: payload, tool_calls: [payload] };
  expect(strangers(renderText([message, { role: "tool", content: payload }]))).toEqual([]);
}

describe("nothing but our own elements and attributes", () => {
  test.each(ours)("our own payload %j", expectSafe);

  const reason = present ? "" : ` (skipped: no ${path})`;
  test.skipIf(!present)(
    `DOMPurify's fixtures${reason}`,
    () => {
      const lines = readFileSync(path, "utf8").trim().split("\n");
      for (const line of lines) {
        const { payload } = JSON.parse(line) as { payload: unknown };
        if (typeof payload === "string") expectSafe(payload);
      }
      expect(lines.length).toBeGreaterThan(200);
    },
    60_000,
  );
});

test("where a session loads images, only raster data and http(s) are asked for", () => {
  for (const payload of ours) {
    const shown = renderText(`![x](${payload})`, { images: "always" });
    for (const image of shown.querySelectorAll("img")) {
      expect(image.getAttribute("src")).toMatch(/^https?:\/\/|^data:image\/(?:png|jpeg|webp|gif);/);
    }
  }
});
