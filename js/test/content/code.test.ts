import { afterEach, describe, expect, test, vi } from "vitest";
import { renderText } from "../../src/content";
import highlighter from "../../src/content/code-module";
import { grammars } from "../../src/content/grammars";
import { highlighted as colour, mayBeHighlighted } from "../../src/content/highlight";
import { neededFor, needing } from "./modules";

const fence = "```";
const samples: Record<string, string> = {
  bash: 'for f in *.txt; do echo "$f" # each\ndone',
  cpp: '#include <vector>\nint main() { return 0; } // end\nconst char* s = "a\\"b";',
  csharp: 'var s = @"a";\npublic class A { int F(int x) => x; }',
  css: ".a:hover > b { color: #fff; margin: 0 1px }\n@media (min-width: 3px) { a { b: c } }",
  dart: "void main() { print('x'); }",
  diff: "--- a\n+++ b\n@@ -1 +1 @@\n-x\n+y",
  dockerfile: "FROM python:3\nRUN pip install x",
  go: "func main() { s := `raw`; return nil }",
  ini: "[a]\nb = 1 ; c",
  java: '@Override\npublic int f(String s) { return s.length(); } /* "x" */',
  json: '{"a": [1, true, null, "b"]}',
  kotlin: 'fun f(x: Int): String = """a"""',
  latex: "\\begin{align} x^2 % c\n\\end{align}",
  lua: "local x = [[a]] -- c\nfunction f() end",
  php: "<?php\n$x = 'a'; // c\nfunction f($y) { return $y; }",
  python: 'def f(x: int) -> str:\n    """Doc"""\n    return f"{x}"  # c',
  r: "x <- c(1, 2) # c\nmean(x, na.rm = TRUE)",
  ruby: 'def f(x)\n  puts "#{x}" # c\n  @a = :b\nend',
  rust: "fn f<'a>(x: &'a str) -> Option<u8> { println!(\"{}\", 'c'); None }",
  script: "const f = async (x) => `a b`; // d\nreturn /a[/]b/gi.test(s) / 2;",
  sql: "SELECT a, count(*) FROM t WHERE b = 'it''s' -- c",
  swift: 'func f(x: Int) -> String { let y = "a"; return y }',
  xml: '<a href="b">c &amp; d</a><!-- e -->',
  yaml: "a: 1\nb:\n  - c # d",
};

const code = needing({ code: highlighter });

function highlighted(language: string, text: string): DocumentFragment {
  return colour(highlighter, language, text);
}

describe("highlighting", () => {
  test.each(Object.keys(grammars))("%s keeps every character and colours some", (language) => {
    const sample = samples[language] ?? "";
    expect(sample).not.toBe("");
    const made = highlighted(language, sample);
    expect(made.textContent).toBe(sample);
    expect(made.querySelectorAll("[class^=code-]").length).toBeGreaterThan(1);
  });

  test.each([
    ["js", "const", "code-keyword"],
    ["tsx", "const", "code-keyword"],
    ["html", "const", undefined],
    ["c++", "const", "code-keyword"],
    ["sh", "echo", "code-built_in"],
    ["c#", "class", "code-keyword"],
  ])("%s is known by that name", (language, word, className) => {
    expect(highlighter.knows(language)).toBe(true);
    const found = highlighted(language, word).firstElementChild;
    expect(found?.className).toBe(className);
  });

  test("keywords, strings and comments of each family member are told apart", () => {
    const made = highlighted("java", 'return "a"; // return');
    expect(
      [...made.querySelectorAll("*")].map((span) => [span.className, span.textContent]),
    ).toEqual([
      ["code-keyword", "return"],
      ["code-string", '"a"'],
      ["code-comment", "// return"],
    ]);
  });

  test("a regular expression is none after a value", () => {
    expect(highlighted("js", "a / b / c").querySelector(".code-regexp")).toBeNull();
    expect(highlighted("js", "x = /b/g").querySelector(".code-regexp")?.textContent).toBe("/b/g");
  });

  test("invisible characters show in coloured code", () => {
    const shown = renderText(`${fence}python\n# a\u202eb\n${fence}`, code);
    expect(shown.querySelector(".code-comment .invisible")?.textContent).toBe("U+202E");
  });

  test("an unknown language, none, Markdown and long code stay plain", () => {
    for (const language of ["nosuch", "", "markdown", "__proto__", "constructor"]) {
      const shown = renderText(`${fence}${language}\nreturn 1\n${fence}`, code);
      expect(shown.querySelector("pre span")).toBeNull();
    }
    const long = renderText(`${fence}js\n${"const x = 1;\n".repeat(2_000)}${fence}`, code);
    expect(long.querySelector("pre span")).toBeNull();
    const wide = renderText(`${fence}js\nconst x = "${"a".repeat(600)}";\n${fence}`, code);
    expect(wide.querySelector("pre span")).toBeNull();
  });

  test.each(Object.keys(grammars))(
    "%s comes to an end on repeated signs, and keeps them",
    (language) => {
      const signs = "[ { < / \\ \" ' # - = a. <a \"\\ {a --a 1. ''' <!-- /*".split(" ");
      for (const sign of signs) {
        const line = `${sign.repeat(Math.floor(499 / sign.length))}\n`;
        const text = line.repeat(Math.floor(5_000 / line.length));
        expect(mayBeHighlighted(language, text)).toBe(true);
        expect(highlighted(language, text).textContent).toBe(text);
      }
    },
  );
});

describe("without the module that colours code", () => {
  test("code shows plain, and the module is asked for", () => {
    const text = `${fence}js\nreturn 1\n${fence}`;
    expect(renderText(text).querySelector("pre span")).toBeNull();
    expect(neededFor(text)).toEqual(["code"]);
  });

  test("code that would stay plain asks for nothing", () => {
    for (const text of [`${fence}\nx\n${fence}`, "    x", "`x`"]) {
      expect(neededFor(text)).toEqual([]);
    }
  });
});

describe("a block of code", () => {
  afterEach(() => {
    vi.restoreAllMocks();
    vi.useRealTimers();
  });

  test("names its language as text", () => {
    const shown = renderText(`${fence}js title="a.js"\nx\n${fence}`);
    expect(shown.querySelector(".code-language")?.textContent).toBe("js");
    expect(shown.querySelector("pre")?.getAttribute("aria-label")).toBe("Code, js");
    expect(renderText("    x").querySelector(".code-language")?.textContent).toBe("");
  });

  test("copies its text as written and says so", async () => {
    vi.useFakeTimers();
    const writeText = vi.spyOn(navigator.clipboard, "writeText").mockResolvedValue();
    const shown = renderText(`${fence}\na\u200b  b\n${fence}`);
    const button = shown.querySelector(".code-copy") as HTMLButtonElement;
    expect(button.type).toBe("button");
    expect(button.getAttribute("aria-label")).toBe("Copy code");
    button.click();
    await vi.advanceTimersByTimeAsync(10);
    expect(writeText).toHaveBeenCalledWith("a\u200b  b");
    expect(button.getAttribute("aria-label")).toBe("Code copied");
    await vi.advanceTimersByTimeAsync(3_000);
    expect(button.getAttribute("aria-label")).toBe("Copy code");
  });

  test("wraps long lines at a click", () => {
    const shown = renderText(`${fence}\n${"word ".repeat(100)}\n${fence}`);
    const button = shown.querySelector(".code-wrap") as HTMLButtonElement;
    const code = shown.querySelector("div.code") as HTMLElement;
    expect(button.getAttribute("aria-pressed")).toBe("false");
    button.click();
    expect(button.getAttribute("aria-pressed")).toBe("true");
    expect(code.classList.contains("wrap")).toBe(true);
    expect(renderText(`${fence}\nshort\n${fence}`).querySelector(".code-wrap")).toBeNull();
  });
});

describe("text with a layout of its own", () => {
  test("JSON stays as it is", () => {
    const json = '{\n    "a": [1, 2],\n  "b": "*c*"\n}';
    const shown = renderText(json);
    expect(shown.querySelector("pre code")?.textContent).toBe(json);
    expect(renderText("[a](https://example.com)").querySelector("pre")).toBeNull();
    expect(renderText("{not json}").querySelector("pre")).toBeNull();
  });

  test.each([
    " /\\_/\\\n( o.o )\n > ^ <",
    "+---+---+\n| a | b |\n+---+---+",
    "project\n├── src\n│   └── *a*\n└── test",
  ])("the drawing %j keeps its signs", (drawing) => {
    const shown = renderText(`Here:\n\n${drawing}\n\nThere.`);
    expect(shown.querySelector("p.drawing")?.textContent).toBe(drawing);
  });

  test.each([
    "| a |\n|---|\n| 1 |",
    "**A**\n**B**\n**C**",
    "- `a`\n- `b`\n- `c`",
    "---\n\n***\n\n---",
    "1. +\n2. -\n3. =",
    "$$\n\\{\\}\n$$",
    "```\n├──\n```",
  ])("%j is no drawing", (text) => {
    expect(renderText(text).querySelector(".drawing")).toBeNull();
  });

  test("columns and indentation are kept", () => {
    expect(renderText("name    age\nAnn     31").querySelector("p")?.className).toBe("columns");
    const verse = "Two roads\n  diverged\n    in a yellow wood";
    const shown = renderText(verse).querySelector("p");
    expect(shown?.className).toBe("indented");
    expect(shown?.textContent).toBe(verse);
    expect(renderText("plain\ntext").querySelector("p")?.className).toBe("");
  });

  test("a line that must wrap is in no column", () => {
    const shown = renderText(`a    b\nc    d\n${"and so on ".repeat(20)}`).querySelector("p");
    expect(shown?.className).toBe("");
  });
});
