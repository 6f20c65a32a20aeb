import { expect, test } from "vitest";
import { renderText } from "../../src/content";

const cell = "|1|2|\n";
const hostile: [string, string][] = [
  ["20,000 asterisks", "*".repeat(20_000)],
  ["2,000 quote marks", ">".repeat(2_000)],
  ["2,000 spaced quote marks", "> ".repeat(2_000)],
  ["20,000 brackets", "[".repeat(20_000)],
  ["links never closed", "[a](b".repeat(15_000)],
  ["one line of 5 MB", "x".repeat(5_000_000)],
  ["200,000 table cells", `|a|b|\n|-|-|\n${cell.repeat(100_000)}`],
  ["a wide table", `|${"a|".repeat(3_000)}\n|${"-|".repeat(3_000)}\n${"b\n".repeat(9_000)}`],
  ["a code block of 1 MB", `\`\`\`js\n${"let x = 1;\n".repeat(90_000)}\`\`\``],
  ["2,000 bullets deep", `${"- ".repeat(2_000)}a`],
  ["emphasis never closed", "*a **b ".repeat(12_000)],
  ["one long e-mail address", `${"a".repeat(50_000)}@${"b.".repeat(20_000)}`],
  ["a long host name", `a@a.${"a-".repeat(45_000)}`],
  ["backticks", "`".repeat(90_000)],
  ["angle brackets", "<".repeat(90_000)],
  ["invisible characters", "a\u202e".repeat(2_500_000)],
  ["90,000 marks on one letter", `a${"\u0301".repeat(90_000)}`],
  ["45,000 line breaks", "\\\n".repeat(45_000)],
  ["24,000 headings", "# a\n".repeat(24_000)],
  ["dollars", "$a ".repeat(30_000)],
];

test.each(hostile)("%s shows in bounded time", (_name, text) => {
  renderText("warm *up*");
  const start = performance.now();
  const shown = renderText(text);
  const took = performance.now() - start;
  expect(shown.childElementCount).toBeGreaterThan(0);
  // The bar is 200 ms in Chromium; happy-dom is no browser and a test machine is busy.
  expect(took).toBeLessThan(10_000);
});

test.each([
  ["longer than 100,000 characters", "a ".repeat(60_000)],
  ["nested more than 40 levels deep", `${"> ".repeat(50)}a`],
  ["a table of more than 10,000 cells", `|a|b|\n|-|-|\n${cell.repeat(6_000)}`],
  ["more than 10,000 lines", "a\n".repeat(11_000)],
  ["more than 2,000 invisible characters", "a\u200b".repeat(2_001)],
])("the reason says: %s", (reason, text) => {
  const shown = renderText(text);
  expect(shown.querySelector(".reason")?.textContent).toBe(`Shown as plain text: ${reason}.`);
  expect(shown.querySelector(".plain")).not.toBeNull();
});

test("a very long text comes in parts, at a click, until all of it is there", () => {
  const text = "0123456789".repeat(80_000);
  const shown = renderText(text);
  const button = shown.querySelector("button.more") as HTMLButtonElement;
  expect(button.textContent).toContain("700,000 characters left");
  button.click();
  expect(button.textContent).toContain("200,000 characters left");
  button.click();
  expect(button.isConnected).toBe(false);
  const whole = [...shown.querySelectorAll(".plain")].map((part) => part.textContent).join("");
  expect(whole).toBe(text);
});

test("parts never cut a character in two", () => {
  const text = `a${"😀".repeat(60_000)}`;
  const shown = renderText(text);
  expect(shown.querySelector(".invisible")).toBeNull();
});

test("a conversation of too many messages shows as a transcript", () => {
  const shown = renderText(Array.from({ length: 501 }, () => ({ role: "user", content: "a" })));
  expect(shown.querySelector(".reason")?.textContent).toContain("more than 500 messages");
});
