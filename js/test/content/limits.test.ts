import { expect, test } from "vitest";
import { renderText, type Text } from "../../src/content";

const cell = "|1|2|\n";
const nested = Array.from({ length: 2_000 }, (_, at) => `${" ".repeat(2 * (at % 30))}- a`).join(
  "\n",
);
const tooLong = "longer than 100,000 characters.";
const tooMuch = "formatting it would take too long.";
const longParagraph = "a paragraph of more than 30,000 characters.";
const tooDeep = "nested more than 40 levels deep.";
const hostile: [string, string, string | undefined][] = [
  ["20,000 asterisks", "*".repeat(20_000), undefined],
  ["2,000 quote marks", ">".repeat(2_000), tooDeep],
  ["2,000 spaced quote marks", "> ".repeat(2_000), tooDeep],
  ["20,000 brackets", "[".repeat(20_000), tooMuch],
  ["links never closed", "[a](b".repeat(15_000), longParagraph],
  ["paragraphs of links never closed", `${"[a](b".repeat(1_000)}\n\n`.repeat(15), tooMuch],
  ["one line of 5 MB", "x".repeat(5_000_000), tooLong],
  ["200,000 table cells", `|a|b|\n|-|-|\n${cell.repeat(100_000)}`, tooLong],
  [
    "a wide table",
    `|${"a|".repeat(3_000)}\n|${"-|".repeat(3_000)}\n${"b\n".repeat(9_000)}`,
    "a table of more than 100 columns.",
  ],
  ["a code block of 1 MB", `\`\`\`js\n${"let x = 1;\n".repeat(90_000)}\`\`\``, tooLong],
  ["2,000 bullets deep", `${"- ".repeat(2_000)}a`, tooDeep],
  ["emphasis never closed", "*a **b ".repeat(12_000), longParagraph],
  ["less emphasis never closed", "*a **b ".repeat(4_000), tooMuch],
  ["one long e-mail address", `${"a".repeat(50_000)}@${"b.".repeat(20_000)}`, longParagraph],
  ["a long host name", `a@a.${"a-".repeat(45_000)}`, longParagraph],
  ["backticks", "`".repeat(90_000), undefined],
  ["angle brackets", "<".repeat(90_000), longParagraph],
  ["invisible characters", "a\u202e".repeat(2_500_000), tooLong],
  [
    "90,000 marks on one letter",
    `a${"\u0301".repeat(90_000)}`,
    "more than 2,000 invisible characters.",
  ],
  ["45,000 line breaks", "\\\n".repeat(45_000), "more than 10,000 lines."],
  ["24,000 headings", "# a\n".repeat(24_000), "more than 10,000 lines."],
  ["9,900 rules", "***\n".repeat(9_900), tooMuch],
  ["underlined headings", "abc\n===\n".repeat(4_900), tooMuch],
  ["blocks of code without a blank line", "```\na\n```\n".repeat(3_000), tooMuch],
  ["link definitions", "[a]: b\n".repeat(9_900), tooMuch],
  ["lines between displayed formulas", "a\n$$\n".repeat(4_900), tooMuch],
  ["items nested over and over", nested, "more blocks than can be laid out quickly."],
  ["dollars", "$a ".repeat(30_000), longParagraph],
  ["fewer dollars", "$a ".repeat(9_000), tooMuch],
];

test.each(hostile)(
  "%s show formatted, or plain for a reason that was counted",
  (_name, text, reason) => {
    const shown = renderText(text);
    const expected = reason && `Shown as plain text: ${reason}`;
    expect(shown.querySelector(".reason")?.textContent).toBe(expected);
    expect(shown.childElementCount).toBeGreaterThan(0);
  },
);

test.each<[string, string]>([
  ["40 pages of prose", `${"It is said that they saw it. ".repeat(20)}\n\n`.repeat(160)],
  ["a thousand short sections", "## It\n\nis *so*.\n\n".repeat(1_000)],
  ["a thousand lines without a blank one", "# It\nis *so* and so.\n".repeat(500)],
  ["a hundred drawings", "+---+\n| a |\n+---+\n\n".repeat(100)],
])("%s are not too much", (_name, text) => {
  expect(renderText(text).querySelector(".reason")).toBeNull();
});

test.each([
  ["longer than 100,000 characters", "a ".repeat(60_000)],
  ["nested more than 40 levels deep", `${"> ".repeat(50)}a`],
  ["a table of more than 5,000 cells", `|a|b|\n|-|-|\n${cell.repeat(3_000)}`],
  ["a table of more than 100 columns", `|${"a|".repeat(101)}\n|${"-|".repeat(101)}`],
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

test("a part is not of many lines either, because lines are what takes long to lay out", () => {
  const shown = renderText("a\n".repeat(200_000));
  const parts = [...shown.querySelectorAll(".plain")].map((part) => part.textContent);
  expect(parts).toEqual(Array(5).fill("a\n".repeat(600)));
});

test("a part of invisible characters is about as long once they are visible", () => {
  const shown = renderText("a\u200b".repeat(100_000));
  const lengths = [...shown.querySelectorAll(".plain")].map(
    (part) => part.textContent?.length ?? 0,
  );
  expect(Math.max(...lengths)).toBeLessThan(25_000);
});

test("parts never cut a character in two", () => {
  const text = `a${"😀".repeat(60_000)}`;
  const shown = renderText(text);
  expect(shown.querySelector(".invisible")).toBeNull();
});

const calls = Array.from({ length: 500 }, () => ({ name: "look", input: "{}" }));
const parts = Array.from({ length: 501 }, () => ({ type: "text", text: "a" }) as const);
test.each<[string, Text]>([
  ["messages", Array.from({ length: 501 }, () => ({ role: "user", content: "a" }))],
  ["parts", [{ role: "user", content: parts }]],
  ["tool calls", [{ role: "assistant", content: "a", tool_calls: calls }]],
])("a conversation of too many %s shows as a transcript", (_name, text) => {
  const shown = renderText(text);
  expect(shown.querySelector(".reason")?.textContent).toContain("more than 500 messages");
  expect(shown.querySelector(".message")).toBeNull();
});

test("the messages of a conversation share what one text may take", () => {
  const long = `${"word ".repeat(100)}*so*\n\n`.repeat(110);
  const shown = renderText(
    [long, long, "a *short* one"].map((content) => ({ role: "user", content })),
  );
  const messages = [...shown.querySelectorAll(".message")];
  expect(messages.map((message) => message.querySelector("em") !== null)).toEqual([
    true,
    false,
    true,
  ]);
  expect(messages.map((message) => message.querySelector(".reason") !== null)).toEqual([
    false,
    true,
    false,
  ]);
});

test("a letter of a hundred additions is cut, and a word of thousands may break", () => {
  expect(renderText(`👋${"🏽".repeat(100)}`).querySelector(".invisible")?.textContent).toContain(
    "×88",
  );
  expect(renderText("ب".repeat(20_000)).querySelectorAll("wbr")).toHaveLength(100);
  expect(renderText("漢".repeat(20_000)).querySelector("wbr")).toBeNull();
});
