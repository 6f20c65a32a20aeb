import { expect, test, vi } from "vitest";
import { renderText } from "../../src/content";
import render from "../../src/content/math";
import { needing } from "./modules";

// Temml asks for standards mode, which notebooks are in and happy-dom is not, and for MathML with styles.
vi.hoisted(() => {
  Object.defineProperty(document, "compatMode", { value: "CSS1Compat" });
  Object.defineProperty(Element.prototype, "style", { configurable: true, get: () => ({}) });
});

function drawn(tex: string, display = false): HTMLElement {
  const element = document.createElement("span");
  render(tex, element, display);
  return element;
}

test("TeX becomes MathML", () => {
  const math = drawn("\\frac{a}{b} + x^2").querySelector("math");
  expect(math?.querySelector("mfrac")).not.toBeNull();
  expect(math?.querySelector("msup")).not.toBeNull();
  expect(drawn("x", true).querySelector("math")?.getAttribute("display")).toBe("block");
});

test("a sign with a stroke is one character", () => {
  expect(drawn("a \\neq b \\notin c").textContent).toContain("a≠b∉c");
});

test("a formula among text that may be wider than a pane scrolls in itself", () => {
  const long = `so $${"a_1 + ".repeat(20)}b$ it is`;
  expect(renderText(long).querySelector(".formula")?.className).toBe("formula wide");
  expect(renderText("so $a$ it is").querySelector(".formula")?.className).toBe("formula");
});

test("what is no TeX throws, and its source shows", () => {
  expect(() => drawn("\\frac{a")).toThrow();
  expect(
    renderText("$\\frac{a$", needing({ math: render })).querySelector("code.tex"),
  ).not.toBeNull();
});

test.each([
  "\\href{javascript:alert(1)}{x}",
  "\\href{https://evil.example}{x}",
  "\\url{https://evil.example}",
  "\\includegraphics{https://evil.example/x.png}",
  "\\class{a}{x}",
  "\\id{a}{x}",
  "\\style{background:url(https://evil.example)}{x}",
  "\\data{a=b}{x}",
  "\\color{url(https://evil.example)}x",
  "\\textcolor{red;background:url(//evil.example)}{x}",
  "\\htmlStyle{color:red}{x}",
  "\\text{<img src=x onerror=alert(1)>}",
  "\\label{location}\\ref{location}x",
])("%s brings nothing of its own", (tex) => {
  const element = document.createElement("span");
  try {
    render(tex, element, false);
  } catch {
    return;
  }
  for (const part of element.querySelectorAll("*")) {
    expect(part.matches("a, img, script, style")).toBe(false);
    for (const { name, value } of part.attributes) {
      expect(name).not.toMatch(/^(?:href|src|id|on.*|data-.*|xlink.*)$/);
      expect(value.replace("http://www.w3.org/1998/Math/MathML", "")).not.toMatch(/url\(|\/\//);
    }
  }
});

test("an expansion bomb stops", () => {
  const bomb = `\\def\\a{\\b\\b}\\def\\b{\\c\\c}\\def\\c{\\a\\a}\\a`;
  expect(() => drawn(bomb)).toThrow("Too many expansions");
});
