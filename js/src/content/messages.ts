import { appendText, visible } from "./characters";
import { codeElement } from "./code";
import { autoDirected, element } from "./dom";
import { limits, TooMuch } from "./limits";
import { appendPlain } from "./plain";
import type { Message } from "./types";

/** Appends one text as the session wants it: formatted, or as written. */
export type AppendText = (parent: Element, text: string) => void;

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

/** JSON laid out to be read; text that is none stays as it is. */
export function readableJson(value: unknown): string {
  let parsed = value;
  if (typeof value === "string") {
    if (value.length > limits.jsonCharacters) return value;
    try {
      parsed = JSON.parse(value);
    } catch {
      return value;
    }
  }
  return JSON.stringify(parsed, null, 2) ?? String(parsed);
}

function appendJson(parent: Element, value: unknown): void {
  const text = readableJson(value);
  if (text.length > 20_000) appendPlain(parent, text);
  else parent.append(codeElement(text));
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

function toolCallElement(call: unknown): HTMLElement {
  const { name, input } = readToolCall(call);
  const title = roleElement("div", name ? `Tool call: ${name.slice(0, 200)}` : "Tool call");
  const made = element("div", "tool-call", title);
  appendJson(made, input);
  return made;
}

function appendParts(parent: Element, parts: readonly unknown[], append: AppendText): void {
  for (const part of parts) {
    const text = typeof part === "string" ? part : (part as { text?: unknown } | null)?.text;
    if (typeof text === "string") append(parent, text);
    else appendJson(parent, part);
  }
}

function appendContent(parent: Element, message: Message, kind: string, append: AppendText): void {
  const content: unknown = message.content;
  if (Array.isArray(content)) appendParts(parent, content, append);
  else if (typeof content !== "string") {
    if (content !== null && content !== undefined) appendJson(parent, content);
  } else if (kind === "tool") appendJson(parent, content);
  else append(parent, content);
  const calls = message.tool_calls ?? message.function_call;
  if (calls === null || calls === undefined) return;
  for (const call of Array.isArray(calls) ? calls : [calls]) parent.append(toolCallElement(call));
}

function messageElement(message: Message, append: AppendText): HTMLElement {
  const { kind, label } = roleOf(message);
  if (kind === "system") {
    const folded = element("details", `message ${kind}`, roleElement("summary", label));
    appendContent(folded, message, kind, append);
    return folded;
  }
  const made = element("div", `message ${kind}`, roleElement("div", label));
  made.setAttribute("role", "group");
  made.setAttribute("aria-label", visible(label));
  appendContent(made, message, kind, append);
  return made;
}

/** Appends the turns of a conversation, one block each. */
export function appendMessages(
  parent: Element,
  messages: readonly Message[],
  append: AppendText,
): void {
  if (messages.length > limits.messages)
    throw new TooMuch(`more than ${limits.messages} messages.`);
  for (const message of messages) parent.append(messageElement(message, append));
}
