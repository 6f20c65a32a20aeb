import { expect, test } from "vitest";
import { contains, editableText, type Message, plainText, renderText } from "../../src/content";

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

const NAME = `${"0a".repeat(20)}.png`;
const imagePart = { type: "image" as const, image: NAME };

test("an image of the session is given its bytes, and alone it needs no role", () => {
  const given: [HTMLElement, string][] = [];
  const stored = (image: HTMLElement, name: string) => void given.push([image, name]);
  const alone = renderText([{ role: "assistant", content: [imagePart] }], { stored });
  const text = { type: "text" as const, text: "See **this**" };
  const parts = renderText([{ role: "user", content: [text, imagePart] }], { stored });

  expect(alone.querySelector(".role")).toBeNull();
  expect(parts.querySelector(".role")?.textContent).toBe("User");
  expect(parts.querySelector("strong")?.textContent).toBe("this");
  const shown = [alone, parts].map((content) => content.querySelector("img"));
  expect(given).toEqual(shown.map((image) => [image, NAME]));
  expect(shown.map((image) => image?.getAttribute("src"))).toEqual([null, null]);
});

test.each([
  "https://example.org/cat.png",
  "../session.json",
  `${NAME}?x`,
  NAME.replace("png", "svg"),
])("a part that names no image of the session is no image: %s", (image) => {
  const content = [{ type: "image" as const, image }];
  const shown = renderText([{ role: "assistant", content }], {
    stored: () => expect.unreachable(),
  });
  expect(shown.querySelector("img")).toBeNull();
  expect(shown.textContent).toContain(image);
});

test("an image that does not come is a chip with the reason", () => {
  const shown = renderText([{ role: "assistant", content: [imagePart] }]);
  shown.querySelector("img")?.dispatchEvent(new ErrorEvent("error", { message: "It is gone." }));

  expect(shown.querySelector("img")).toBeNull();
  expect(shown.textContent).toBe("Image: cannot be shown: It is gone.");
});

test("what is edited of a conversation are the words of its last message, beside its files", () => {
  const words = (text: string) => ({ type: "text" as const, text });
  const last = (...content: Exclude<Message["content"], string | null>) =>
    editableText([
      { role: "user", content: "asked" },
      { role: "assistant", content },
    ]);
  expect(editableText("said")).toBe("said");
  expect(editableText([{ role: "assistant", content: "said" }])).toBe("said");
  expect(editableText([{ role: "assistant", content: null }])).toBeNull();
  expect(editableText([])).toBeNull();
  expect(last(words("said"), imagePart)).toBe("said");
  expect(last(imagePart)).toBeNull();
  expect(last(words("one"), words("two"))).toBeNull();
});

test("images are compared by name, and texts tell where one stood", () => {
  const content = [{ type: "text" as const, text: "So" }, imagePart];
  expect(plainText([{ role: "user", content }])).toBe("So\n\n[image]");
  expect(contains("image", [{ role: "user", content }])).toBe(true);
  expect(contains("image", [{ role: "user", content: "image" }])).toBe(false);
});

test("JSON of tools is laid out, and its numbers stay as they were written", () => {
  const written = '{"id":12345678901234567890,"at":[1.0,-2e3],"none":{},"s":"a: {b}, \\"c\\""}';
  const call = { name: "look", input: written };
  const [input, result] = [
    ...renderText([
      { role: "assistant", content: "", tool_calls: [call] },
      { role: "tool", content: written },
    ]).querySelectorAll("pre code"),
  ].map((code) => code.textContent);
  expect(input).toBe(
    '{\n  "id": 12345678901234567890,\n  "at": [\n    1.0,\n    -2e3\n  ],\n  "none": {},\n' +
      '  "s": "a: {b}, \\"c\\""\n}',
  );
  expect(result).toBe(input);
  expect(JSON.parse(input ?? "")).toEqual(JSON.parse(written));
});

test("JSON of a thousand levels stays as it is, because each level is set in further", () => {
  const deep = `${"[".repeat(1_000)}${"]".repeat(1_000)}`;
  expect(renderText([{ role: "tool", content: deep }]).querySelector("code")?.textContent).toBe(
    deep,
  );
});
