// Whether what came is what heard.ts says that the kernel sends. A page that was open while tiebreak
// was updated hears a kernel that may say other things, and must not lose what it holds over it.

import type { FromKernel } from "../protocol";
import { HEARD, type Holds } from "./heard";

/** What the kernel said, or null where it is nothing that this page can take up. */
export function readMessage(content: unknown): FromKernel | null {
  if (!isObject(content) || typeof content.type !== "string") return null;
  if (!Object.hasOwn(HEARD, content.type)) return null;
  const type = content.type as FromKernel["type"];
  return holds(content, HEARD[type]) ? (content as unknown as FromKernel) : null;
}

function holds(value: unknown, wanted: Holds): boolean {
  if (wanted === "text") return isText(value);
  if (typeof wanted === "string") return typeof value === wanted;
  if (!isComposed(wanted)) {
    const fields = Object.entries(wanted);
    return isObject(value) && fields.every(([name, inner]) => holds(value[name], inner));
  }
  if (wanted[0] === "one of") return wanted.slice(1).includes(value as string | number);
  const [kind, inner] = wanted;
  if (kind === "optional") return value === undefined || holds(value, inner);
  if (kind === "nullable") return value === null || holds(value, inner);
  if (kind === "list") return Array.isArray(value) && value.every((each) => holds(each, inner));
  return isObject(value) && Object.values(value).every((each) => holds(each, inner));
}

/** Whether a text is one, or messages; what these hold is left to those who show it. */
function isText(value: unknown): boolean {
  if (typeof value === "string") return true;
  const isMessage = (each: unknown) => isObject(each) && typeof each.role === "string";
  return Array.isArray(value) && value.every(isMessage);
}

function isComposed(wanted: Holds): wanted is Extract<Holds, readonly unknown[]> {
  return Array.isArray(wanted);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
