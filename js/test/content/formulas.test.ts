import { describe, expect, test } from "vitest";
import { renderText } from "../../src/content";
import type { MathRenderer } from "../../src/content/types";
import { neededFor, needing } from "./modules";

function sources(text: string): (string | null)[] {
  return [...renderText(text).querySelectorAll("code.tex")].map((source) => source.textContent);
}

describe("a formula", () => {
  test.each([
    ["$x$", ["$x$"]],
    ["so $a_1 * b_2$ and $c*d$ hold", ["$a_1 * b_2$", "$c*d$"]],
    ["$$\nx = y\n$$", ["$$\nx = y\n$$"]],
    ["\\(a_b\\) then \\[c\\]", ["\\(a_b\\)", "\\[c\\]"]],
    ["where\n\\[\na\n- b\n= c\n\\]\nholds", ["\\[\na\n- b\n= c\n\\]"]],
    ["1. first\n   $$x$$\n2. second", ["$$x$$"]],
    ["| a |\n|---|\n| $x^2$ |", ["$x^2$"]],
    ["# On $e$", ["$e$"]],
    ["$100$ and $3.5\\%$", ["$100$", "$3.5\\%$"]],
    ["**bold $x*y$ bold**", ["$x*y$"]],
  ])("%j", (text, expected) => {
    expect(sources(text)).toEqual(expected);
    expect(neededFor(text)).toEqual(["math"]);
  });

  test("does not lend its asterisks and underscores to the text around it", () => {
    const shown = renderText("*a $b*c$ d*");
    expect(shown.querySelector("em")?.textContent).toBe("a $b*c$ d");
  });

  test("ends a paragraph where it stands on lines of its own", () => {
    const shown = renderText("where\n$$\nx\n$$\nholds");
    expect([...shown.children].map((child) => child.tagName)).toEqual(["P", "DIV", "P"]);
  });
});

describe("no formula", () => {
  test.each([
    "It costs $5 and $10.",
    "from $5-$10, US$5 or CA$6",
    "$5 million for us, and for them 100$",
    "between $20/$30",
    "set $HOME and $PATH",
    "$HOME/$USER",
    "I paid $5 for `a$`",
    "`$x$`",
    "```\n$x$\n```",
    "a \\$x\\$ b",
    "\\[citation needed\\]",
    "\\(see below\\)",
    "$ x $",
    "$$$",
    "$$ $$",
    "lone $ sign",
  ])("%j", (text) => {
    expect(sources(text)).toEqual([]);
    expect(neededFor(text)).toEqual([]);
  });
});

describe("a renderer", () => {
  const math: MathRenderer = (tex, element, display) => {
    if (tex.includes("bad")) throw new Error("no TeX");
    element.append(`<${tex}|${display}>`);
  };

  test("draws formulas, inline and displayed", () => {
    const shown = renderText("a $x$ b\n\n$$y$$", needing({ math }));
    expect(shown.querySelector("span.formula")?.textContent).toBe("<x|false>");
    expect(shown.querySelector("div.formula.display")?.textContent).toBe("<y|true>");
    expect(shown.querySelector(".tex")).toBeNull();
  });

  test("that fails leaves the source", () => {
    const shown = renderText("$bad$ and $x$", needing({ math }));
    expect(shown.querySelector("code.tex")?.textContent).toBe("$bad$");
    expect(shown.textContent).toContain("<x|false>");
  });
});

test("messages hold formulas too", () => {
  expect(neededFor([{ role: "user", content: "What is $x^2$?" }])).toEqual(["math"]);
  expect(neededFor([{ role: "user", content: null }])).toEqual([]);
});
