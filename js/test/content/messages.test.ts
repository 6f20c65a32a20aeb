import { expect, test } from "vitest";
import { type Message, plainText, renderText } from "../../src/content";

test("each message is a block with its role", () => {
  const shown = renderText([
    { role: "user", content: "Hi **there**" },
    { role: "assistant", content: "Hello" },
    { role: "critic", content: "Hm" },
  ]);
  const roles = [...shown.querySelectorAll(".role")].map((role) => role.textContent);
  expect(roles).toEqual(["User", "Assistant", "critic"]);
  expect(shown.querySelector(".message.user strong")?.textContent).toBe("there");
  expect(shown.querySelector(".message.other")?.getAttribute("aria-label")).toBe("critic");
});

test("a system prompt is folded", () => {
  const folded = renderText([{ role: "system", content: "Be kind." }]).querySelector("details");
  expect(folded?.open).toBe(false);
  expect(folded?.querySelector("summary")?.textContent).toBe("System prompt");
  expect(folded?.textContent).toContain("Be kind.");
});

test("tool calls and results are laid out as JSON", () => {
  const shown = renderText([
    {
      role: "assistant",
      content: null,
      tool_calls: [{ id: "1", function: { name: "search", arguments: '{"q":"cats","n":2}' } }],
    },
    { role: "tool", name: "search", content: '{"hits":[1,2]}' },
    { role: "tool", content: "not json <b>" },
  ]);
  const code = [...shown.querySelectorAll("pre code")].map((found) => found.textContent);
  expect(code).toEqual([
    '{\n  "q": "cats",\n  "n": 2\n}',
    '{\n  "hits": [\n    1,\n    2\n  ]\n}',
    "not json <b>",
  ]);
  const roles = [...shown.querySelectorAll(".role")].map((role) => role.textContent);
  expect(roles).toEqual(["Assistant", "Tool call: search", "Tool result: search", "Tool result"]);
});

test("content in parts shows its texts", () => {
  const content = [{ type: "text", text: "*one*" }, "two", { type: "audio" }];
  const shown = renderText([{ role: "user", content } as unknown as Message]);
  expect(shown.querySelector("em")?.textContent).toBe("one");
  expect(shown.textContent).toContain("two");
  expect(shown.querySelector("pre")?.textContent).toContain("audio");
});

test("whatever is no message still shows as something", () => {
  const circular: Message = { role: "user", content: "x" };
  circular.tool_calls = [circular];
  const odd = [null, undefined, 5, "text", [null], [5], [{}], [circular], {}];
  for (const value of odd) {
    expect(() => renderText(value as never)).not.toThrow();
    expect(() => plainText(value as never)).not.toThrow();
  }
});

test("a role is text, not a class of its own", () => {
  const shown = renderText([{ role: 'x" onclick="y <b>', content: "a" }]);
  expect(shown.firstElementChild?.className).toBe("message other");
  expect(shown.querySelector("b, [onclick]")).toBeNull();
});

test("plain text of one message is its content, of several a transcript", () => {
  expect(plainText([{ role: "assistant", content: "a" }])).toBe("a");
  expect(
    plainText([
      { role: "user", content: "a" },
      { role: "assistant", content: "b" },
    ]),
  ).toBe("user: a\n\nassistant: b");
});
