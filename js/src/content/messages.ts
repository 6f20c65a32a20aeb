import { appendText, visible } from "./characters";
import { codeElement } from "./code";
import type { Context } from "./context";
import { autoDirected, element } from "./dom";
import { storedImageElement, storedNameOf } from "./images";
import { isJson, laidOut } from "./json";
import { limits, TooMuch } from "./limits";
import { appendMade } from "./plain";
import type { Message } from "./types";

/** Appends one text as the session wants it: formatted, or as written. */
export type AppendText = (parent: Element, text: string) => void;

interface Drawing {
  append: AppendText;
  context: Context;
}

const roles: Readonly<Record<string, { kind: string; label: string }>> = {
  user: { kind: "user", label: "User" },
  human: { kind: "user", label: "User" },
  assistant: { kind: "assistant", label: "Assistant" },
  model: { kind: "assistant", label: "Assistant" },
  gpt: { kind: "assistant", label: "Assistant" },
  system: { kind: "system", label: "System prompt" },
  developer: { kind: "system", label: "Developer prompt" },
  tool: { kind: "tool", label: "Tool result" },
  function: { kind: "tool", label: "Tool result" },
};

function roleOf(message: Message): { kind: string; label: string } {
  const role = String(message.role);
  const known = Object.hasOwn(roles, role) ? roles[role] : undefined;
  const { kind, label } = known ?? { kind: "other", label: role.slice(0, 60) };
  const name = typeof message.name === "string" ? message.name.slice(0, 100) : "";
  return { kind, label: name ? `${label}: ${name}` : label };
}

function appendJson(parent: Element, value: unknown, context: Context): void {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? String(value));
  appendMade(parent, text, () => {
    context.allowance.countCharacters(text.length);
    return isJson(text)
      ? codeElement(laidOut(text), "json", context, true)
      : codeElement(text, "", context, true);
  });
}

function roleElement(tag: "div" | "summary", label: string): HTMLElement {
  const made = element(tag, "role");
  appendText(made, label);
  return autoDirected(made);
}

interface ToolCall {
  name: string;
  input: unknown;
}

function readToolCall(call: unknown): ToolCall {
  const whole = (call ?? {}) as Record<string, unknown>;
  const described = (whole.function ?? whole) as Record<string, unknown>;
  const name = typeof described.name === "string" ? described.name : "";
  const input = described.arguments ?? described.input ?? described.parameters;
  return name && input !== undefined ? { name, input } : { name, input: call };
}

function toolCallsOf(message: Message): readonly unknown[] {
  const calls = message.tool_calls ?? message.function_call ?? [];
  return Array.isArray(calls) ? calls : [calls];
}

function toolCallElement(call: unknown, context: Context): HTMLElement {
  const { name, input } = readToolCall(call);
  const title = roleElement("div", name ? `Tool call: ${name.slice(0, 200)}` : "Tool call");
  const made = element("div", "tool-call", title);
  appendJson(made, input, context);
  return made;
}

function appendParts(parent: Element, parts: readonly unknown[], drawing: Drawing): void {
  for (const part of parts) {
    const text = typeof part === "string" ? part : (part as { text?: unknown } | null)?.text;
    const name = storedNameOf(part);
    if (name) parent.append(storedImageElement(name, drawing.context.stored));
    else if (typeof text === "string") drawing.append(parent, text);
    else appendJson(parent, part, drawing.context);
  }
}

function appendContent(parent: Element, message: Message, kind: string, drawing: Drawing): void {
  const { append, context } = drawing;
  const content: unknown = message.content;
  if (Array.isArray(content)) appendParts(parent, content, drawing);
  else if (typeof content !== "string") {
    if (content !== null && content !== undefined) appendJson(parent, content, context);
  } else if (kind === "tool") appendJson(parent, content, context);
  else append(parent, content);
  for (const call of toolCallsOf(message)) parent.append(toolCallElement(call, context));
}

function messageElement(message: Message, drawing: Drawing): HTMLElement {
  const { kind, label } = roleOf(message);
  if (kind === "system") {
    const folded = element("details", `message ${kind}`, roleElement("summary", label));
    appendContent(folded, message, kind, drawing);
    return folded;
  }
  const made = element("div", `message ${kind}`, roleElement("div", label));
  made.setAttribute("role", "group");
  made.setAttribute("aria-label", visible(label));
  appendContent(made, message, kind, drawing);
  return made;
}

/** How many blocks a message is of: its text or the parts of it, and its tool calls. */
function turnsIn(message: Message): number {
  const parts = Array.isArray(message.content) ? message.content.length : 1;
  return parts + toolCallsOf(message).length;
}

/** The name of the image that is all there is to a text, if one is. */
function onlyImageOf(messages: readonly Message[]): string | undefined {
  const content = messages.length === 1 ? messages[0]?.content : undefined;
  return Array.isArray(content) && content.length === 1 ? storedNameOf(content[0]) : undefined;
}

/** Appends the turns of a conversation, one block each; a lone image needs none. */
export function appendMessages(
  parent: Element,
  messages: readonly Message[],
  append: AppendText,
  context: Context,
): void {
  const turns = messages.reduce((sum, message) => sum + turnsIn(message), 0);
  if (turns > limits.turns) {
    throw new TooMuch(`more than ${limits.turns} messages, parts and tool calls.`);
  }
  const name = onlyImageOf(messages);
  if (name) {
    const picture = storedImageElement(name, context.stored);
    picture.classList.add("alone");
    parent.append(picture);
    return;
  }
  for (const message of messages) parent.append(messageElement(message, { append, context }));
}
