// Whether what came is what protocol.ts says that the kernel sends. A page that was open while tiebreak
// was updated hears a kernel that may say other things, and must not lose what it holds over it.

import type { Message } from "../content";
import type {
  Form,
  FromKernel,
  Judged,
  Listed,
  Named,
  Pair,
  Past,
  Standing,
  Stopping,
  Vote,
} from "../protocol";

type Check = (value: unknown) => boolean;
/** A check for each field, so that one that is new to the protocol cannot be forgotten here. */
type Fields<T> = { readonly [Name in keyof Required<T>]: Check };
type Told<Type> = Omit<Extract<FromKernel, { type: Type }>, "type">;

const isAnything: Check = () => true;
const isString: Check = (value) => typeof value === "string";
const isNumber: Check = (value) => typeof value === "number";
const isBoolean: Check = (value) => typeof value === "boolean";

function maybe(check: Check): Check {
  return (value) => value === undefined || value === null || check(value);
}

function listOf(check: Check): Check {
  return (value) => Array.isArray(value) && value.every(check);
}

function recordOf(check: Check): Check {
  return (value) => isObject(value) && Object.values(value).every(check);
}

function shape<T>(fields: Fields<T>): Check {
  const checks = Object.entries<Check>(fields);
  return (value) => isObject(value) && checks.every(([name, check]) => check(value[name]));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

// The index of a message's other fields would swallow the names of these.
const isMessage = shape<Pick<Message, "role" | "content">>({ role: isString, content: isAnything });
const isText: Check = (value) => isString(value) || listOf(isMessage)(value);
const isPhrases = listOf(isString);

const JUDGED: Fields<Judged> = {
  choice: isString,
  strength: maybe(isNumber),
  criteria: maybe(recordOf(isString)),
  reasons: maybe(recordOf(isPhrases)),
  principles: maybe(isPhrases),
  flags: maybe(recordOf(isPhrases)),
  note: maybe(isString),
  edit: maybe(isString),
};
const isJudged = shape<Judged>(JUDGED);
const isVote = shape<Vote>({ ...JUDGED, by: isString, edited: maybe(isBoolean) });

const isPair = shape<Pair>({
  id: isString,
  prompt: isText,
  left: isText,
  right: isText,
  returning: isBoolean,
  queued: maybe(isBoolean),
  label: maybe(isJudged),
  draft: maybe(isJudged),
  votes: maybe(listOf(isVote)),
});

const isPast = shape<Past>({
  event: isString,
  pair: isString,
  choice: isString,
  strength: maybe(isNumber),
  changes: maybe(isBoolean),
  models: maybe(listOf(maybe(isString))),
});

const isListed = shape<Listed>({
  event: isString,
  pair: isString,
  choice: isString,
  strength: maybe(isNumber),
  noted: isBoolean,
  flagged: isBoolean,
  changed: isBoolean,
  seconds: maybe(isNumber),
  prompt: isString,
});

const isStanding = shape<Standing>({
  total: isNumber,
  labeled: isNumber,
  ties: isNumber,
  both_bad: isNumber,
  skipped: isNumber,
  upcoming: isNumber,
});

const isStopping = shape<Stopping>({ contests: isNumber, settled: isNumber });

const isNamed = shape<Named>({ name: isString, about: isString });

const isForm = shape<Form>({
  criteria: listOf(isNamed),
  criteriaRequired: isBoolean,
  reasons: isPhrases,
  flags: isPhrases,
  principles: listOf(isNamed),
  noteRequired: listOf(isAnything),
});

const MESSAGES: { readonly [Type in FromKernel["type"]]: Check } = {
  state: shape<Told<"state">>({
    name: isString,
    open: isString,
    outbox: isString,
    question: isString,
    scale: (value) => value === "simple" || value === "graded",
    images: isString,
    shuffle: isString,
    guideline: isString,
    readOnly: isBoolean,
    form: isForm,
    guidelines: maybe(isString),
    keys: recordOf(isPhrases),
    pace: isBoolean,
    tooFast: maybe(isString),
    revealModels: isBoolean,
    standing: isStanding,
    deck: listOf(isPair),
    history: listOf(isPast),
    recent: listOf(isPair),
    told: maybe(isString),
    nextStep: maybe(isString),
    stopping: maybe(isStopping),
  }),
  ack: shape<Told<"ack">>({
    id: isString,
    standing: isStanding,
    label: maybe(isPast),
    undone: maybe(isString),
    pair: maybe(isPair),
    stopping: maybe(isStopping),
  }),
  refused: shape<Told<"refused">>({ id: maybe(isString), reason: isString, keep: isBoolean }),
  pairs: shape<Told<"pairs">>({ pairs: listOf(isPair), more: isBoolean }),
  history: shape<Told<"history">>({ history: listOf(isPast) }),
  listing: shape<Told<"listing">>({ filter: isString, items: listOf(isListed), more: isBoolean }),
  shown: shape<Told<"shown">>({ pair: isPair }),
  notice: shape<Told<"notice">>({ text: isString }),
  pong: shape<Told<"pong">>({ n: isNumber }),
  module: shape<Told<"module">>({ name: isString, source: isString }),
  media: shape<Told<"media">>({ name: isString, reason: maybe(isString) }),
};

/** What the kernel said, or null where it is nothing that this page can take up. */
export function readMessage(content: unknown): FromKernel | null {
  if (!isObject(content) || typeof content.type !== "string") return null;
  if (!Object.hasOwn(MESSAGES, content.type)) return null;
  const type = content.type as FromKernel["type"];
  return MESSAGES[type](content) ? (content as unknown as FromKernel) : null;
}
