import { storedAudioElement } from "./audio";
import { appendText, visible } from "./characters";
import { codeElement } from "./code";
import type { Context } from "./context";
import { autoDirected, element } from "./dom";
import { storedImageElement } from "./images";
import { isJson, laidOut } from "./json";
import { limits, TooMuch } from "./limits";
import { onlyMediaOf, type Part, partsIn } from "./parts";
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

function appendPart(parent: Element, part: Part, { append, context }: Drawing): void {
  switch (part.kind) {
    case "text":
      append(parent, part.text);
      break;
    case "image":
      parent.append(storedImageElement(part.name, context.stored));
      break;
    case "audio":
      parent.append(storedAudioElement(part.name));
      break;
    case "other":
      appendJson(parent, part.value, context);
  }
}

function appendContent(parent: Element, message: Message, kind: string, drawing: Drawing): void {
  if (kind === "tool" && typeof message.content === "string") {
    appendJson(parent, message.content, drawing.context);
  } else {
    for (const part of partsIn(message)) appendPart(parent, part, drawing);
  }
  for (const call of toolCallsOf(message)) parent.append(toolCallElement(call, drawing.context));
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

/** Appends the turns of a conversation, one block each; a lone image or audio needs none. */
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
  const alone = onlyMediaOf(messages);
  if (alone) {
    const made =
      alone.kind === "image"
        ? storedImageElement(alone.name, context.stored)
        : storedAudioElement(alone.name);
    made.classList.add("alone");
    parent.append(made);
    return;
  }
  for (const message of messages) parent.append(messageElement(message, { append, context }));
}
