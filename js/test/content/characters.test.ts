import { expect, test } from "vitest";
import { renderText } from "../../src/content";
import { visible } from "../../src/content/characters";

function marks(text: string): (string | null)[] {
  return [...renderText(text).querySelectorAll(".invisible")].map((mark) => mark.textContent);
}

test("invisible and bidirectional characters show their code and bear their name", () => {
  const mark = renderText("a\u202eb").querySelector(".invisible") as HTMLElement;
  expect(mark.textContent).toBe("U+202E");
  expect(mark.title).toBe("U+202E RIGHT-TO-LEFT OVERRIDE");
});

test.each([
  ["zero width space", "a\u200bb", "U+200B"],
  ["soft hyphen", "a\u00adb", "U+00AD"],
  ["byte order mark", "a\ufeffb", "U+FEFF"],
  ["escape", "a\u001bb", "U+001B"],
  ["Hangul filler", "a\u3164b", "U+3164"],
  ["tag letter", "a\u{e0041}b", "U+E0041"],
  ["lone surrogate", "a\ud800b", "U+D800"],
  ["joiner between Latin letters", "a\u200db", "U+200D"],
  ["variation selector after a letter", "a\ufe0fb", "U+FE0F"],
  ["line separator", "a\u2028b", "U+2028"],
])("%s is visible", (_name, text, code) => {
  expect(marks(text)).toEqual([code]);
});

test.each([
  ["a family", "👨‍👩‍👧‍👦"],
  ["a skin tone", "👩🏽‍💻"],
  ["a heart", "❤️"],
  ["a rainbow flag", "🏳️‍🌈"],
  ["a keycap", "1️⃣"],
  ["the flag of Scotland", "🏴󠁧󠁢󠁳󠁣󠁴󠁿"],
  ["Persian", "می‌خواهم"],
  ["Hindi", "क्‍ष"],
  ["Vietnamese in single marks", "tiếng Việt".normalize("NFD")],
  ["tabs and newlines in code", "```\n\ta\n```"],
])("%s stays as it is", (_name, text) => {
  expect(marks(text)).toEqual([]);
});

test("a run is grouped, in code and attributes too", () => {
  expect(marks("a\u200b\u200b\u200bb")).toEqual(["U+200B ×3"]);
  expect(marks("`a\u202e`")).toEqual(["U+202E"]);
  expect(visible("a\u202eb")).toBe("a[U+202E]b");
});

test("marks piled on one letter are cut short", () => {
  expect(marks(`a${"\u0301".repeat(1000)}`)).toEqual(["U+0301 ×988"]);
});
