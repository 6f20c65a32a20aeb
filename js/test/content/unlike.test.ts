// Two different answers: what in them matters, and what they say alike.

import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { renderText } from "../../src/content";
import diffContent from "../../src/content/diff";
import { valuesOf } from "../../src/content/diff/numbers";

const folder = import.meta.url
  .replace(/^file:\/\//, "")
  .replace(/\/[^/]+\/js\/test\/.*/, "/shared/data/alpaca_eval");
const MODELS = ["claude-2.1", "vicuna-7b-v1.5", "gpt4_1106_preview"];
const present = MODELS.every((model) => existsSync(`${folder}/outputs-${model}.jsonl`));

function outputs(model: string): string[] {
  const lines = readFileSync(`${folder}/outputs-${model}.jsonl`, "utf8").trim().split("\n");
  return lines.map((line) => JSON.parse(line).output);
}

function compared(left: string, right: string) {
  const contents = [renderText(left), renderText(right)] as const;
  return { contents, ...diffContent(...contents) };
}

function marked(content: Element, kind?: string): string[] {
  const found = content.querySelectorAll(kind ? `mark[data-kind="${kind}"]` : "mark[data-kind]");
  return [...found].map((mark) => mark.textContent ?? "");
}

/** What stands out of a side's numbered sentences, by number. */
function numbered(content: Element): Map<string, string> {
  const found = new Map<string, string>();
  for (const mark of content.querySelectorAll<HTMLElement>("mark[data-alike]")) {
    const { alike = "" } = mark.dataset;
    found.set(alike, `${found.get(alike) ?? ""}${mark.textContent} `);
  }
  return found;
}

const plain = (text: string) => text.toLowerCase().replace(/\s+/g, " ").trim();
const longWords = (text: string) => new Set(plain(text).match(/\p{L}{4,}/gu) ?? []);

/**
 * Useful is a mark whose text the other side has nowhere, in no case of its letters; or a pair of sentences with
 * three longer words or more in common; or, where one rewrites the other, any mark.
 */
function isUseful([left, right]: readonly [Element, Element]): boolean {
  const alone = (content: Element, other: Element) => {
    const text = plain(other.textContent ?? "");
    return marked(content).some((each) => !text.includes(plain(each)));
  };
  const [inLeft, inRight] = [numbered(left), numbered(right)];
  const shared = [...inLeft].some(([number, text]) => {
    const words = longWords(inRight.get(number) ?? "");
    return [...longWords(text)].filter((word) => words.has(word)).length >= 3;
  });
  const isRewritten = left.querySelector("mark:not([data-kind], [data-alike])") !== null;
  return isRewritten || shared || alone(left, right) || alone(right, left);
}

function share(content: Element): number {
  const characters = [...content.querySelectorAll("mark")].reduce(
    (sum, mark) => sum + (mark.textContent?.length ?? 0),
    0,
  );
  return characters / Math.max(content.textContent?.length ?? 0, 1);
}

const TWO_MODELS = [
  ["claude-2.1", "gpt4_1106_preview"],
  ["vicuna-7b-v1.5", "claude-2.1"],
] as const;

describe.runIf(present)("on 200 real pairs of two models", () => {
  test.each(TWO_MODELS)("%s and %s have something useful marked, and not all of it", (one, two) => {
    const [lefts, rights] = [outputs(one), outputs(two)];
    let useful = 0;
    const crowded: number[] = [];
    for (let at = 0; at < 200; at += 1) {
      const { contents } = compared(lefts[at] ?? "", rights[at] ?? "");
      if (isUseful(contents)) useful += 1;
      if (
        contents.some((content) => content.querySelector("mark[data-kind], mark[data-alike]")) &&
        Math.max(...contents.map(share)) > 0.4
      ) {
        crowded.push(at);
      }
    }
    expect(useful).toBeGreaterThanOrEqual(180);
    expect(crowded).toEqual([]);
  });
});

const FILLER = "Bread needs patience and warm hands, as every baker will say when asked. ";
const OTHER = "Rivers carve valleys slowly; people often build towns beside their quiet banks. ";

describe("in one of two different answers alone", () => {
  test.each<[string, string, string, string, string[]]>([
    ["a number", "number", "It took 1,250 loaves.", "It took 1,300 boats.", ["1,250"]],
    ["a number in words", "number", "Take seven loaves.", "They need 3 boats.", ["seven"]],
    [
      "a year in a date",
      "number",
      "It began on May 4, 1886.",
      "It began on May 4, 1901.",
      ["1886"],
    ],
    ["a name", "name", "We learned it from Marie Curie then.", "We asked nobody.", ["Marie Curie"]],
    ["an acronym", "name", "Ask the WHO about it.", "Ask the town.", ["WHO"]],
    ["an identifier", "code", "Call `open_oven` first.", "Call `launch` first.", ["open_oven"]],
    [
      "a link",
      "link",
      "See [here](https://a.example/x).",
      "See [here](https://b.example/).",
      ["here"],
    ],
    ["a negation", "negation", "You should not knead it.", "You should knead it.", ["not"]],
    ["a contraction", "negation", "You don't knead it.", "You can knead it.", ["don't"]],
    ["a name in Cyrillic", "name", "Это сказал нам Чехов вчера.", "Мы не знаем.", ["Чехов"]],
    ["digits of another script", "number", "العدد هو ١٢٣ هنا", "العدد هو ٤٥ هنا", ["١٢٣"]],
    ["a Chinese negation", "negation", "我们不应该这样做", "他们喜欢旅行", ["不"]],
  ])("%s is marked", (_name, kind, left, right, expected) => {
    const { contents } = compared(FILLER + left, OTHER + right);
    expect(marked(contents[0], kind)).toEqual(expected);
  });

  test.each<[string, string, string]>([
    ["thousands and fractions", "It cost 1,234.50 in all.", "They paid 1.234,5 for it."],
    ["thousands with a narrow space", "It cost 12\u202f500 in all.", "They paid 12,500 for it."],
    ["words and digits", "Take twelve of them.", "They need 12 there."],
    ["scripts", "It was in 2024 then.", "كان ذلك في ٢٠٢٤ هناك"],
    ["wide digits", "It was in 2024 then.", "那是在２０２４年"],
    ["ordinals", "On the 3rd of them.", "Number 3 there."],
    ["the order of a list", "1. flour\n2. water", "Some (a) sand and (b) stone."],
    ["the case of a name", "We flew with NASA there.", "They saw Nasa here."],
    ["the first word of a sentence", "Kneading is work. Proofing is rest.", "They walk."],
    ["a noun in German", "Das ist der Teig und das die Hefe auf dem Tisch.", "They walk."],
    ["a heading", "## How To Knead Well Today\n\nslowly", "They walk."],
  ])("nothing is marked where only the writing differs: %s", (_name, left, right) => {
    expect(marked(compared(FILLER + left, OTHER + right).contents[0])).toEqual([]);
  });
});

test.each<[string, string[]]>([
  ["007", ["7"]],
  ["1,234,567.80", ["1234567.8"]],
  ["1.234.567,80", ["1234567.8"]],
  ["1,234", ["1234", "1.234"]],
  ["3,14", ["3.14"]],
  ["1’000’000", ["1000000"]],
  ["1970s", ["1970"]],
  ["5km", ["5km"]],
  ["3.11.2", ["3.11.2"]],
  ["۱۲٫۵", ["12.5"]],
])("the number %s says %j", (written, values) => {
  expect(valuesOf(written)).toEqual(values);
});

test("what is counted is what is marked: a name and a link of several words are one each", () => {
  const left = `${FILLER.repeat(2)}We learned it from Pope Gregory XIII then, see [our long notes](https://a.org/3/b).`;
  const { contents, legend } = compared(left, OTHER.repeat(3));
  expect(marked(contents[0], "name")).toEqual(["Pope Gregory XIII"]);
  expect(marked(contents[0], "link")).toEqual(["our long notes"]);
  expect(marked(contents[0], "number")).toEqual([]);
  expect(legend).toBe("Only in one: 1 link, 1 name.");
});

describe("sentences that say nearly the same", () => {
  const left = `${FILLER.repeat(3)}Gremolata is an Italian condiment of chopped parsley, lemon zest and garlic. Serve warm.`;
  const right = `${OTHER.repeat(3)}Gremolata is a chopped condiment made of lemon zest, garlic and parsley.`;

  test("have one number on both sides, and nothing else is numbered", () => {
    const { contents, legend } = compared(left, right);
    const [inLeft, inRight] = contents.map(numbered) as [Map<string, string>, Map<string, string>];
    expect([...inLeft.keys()]).toEqual(["1"]);
    expect(inLeft.get("1")).toContain("Gremolata");
    expect(inRight.get("1")).toContain("lemon zest");
    expect(legend).toContain("In both: 1 numbered sentence (click or Tab).");
  });

  test("meet when one is pointed at or comes to the focus, until it is left", () => {
    const { contents, undo } = compared(left, right);
    const met = () => contents.map((content) => content.querySelectorAll(".met").length > 0);
    const first = contents[0].querySelector("mark.first") as HTMLElement;
    expect(first.tabIndex).toBe(0);
    for (const type of ["pointerover", "focusin"]) {
      first.dispatchEvent(new Event(type, { bubbles: true }));
      expect(met()).toEqual([true, true]);
      contents[0].dispatchEvent(new Event("pointerover", { bubbles: true }));
      expect(met()).toEqual([false, false]);
    }
    undo();
    expect(contents.map((content) => content.querySelectorAll("mark").length)).toEqual([0, 0]);
  });

  test("are found where a letter is a word, too", () => {
    const { contents } = compared(
      "医院旁边新开了一家书店。冬天的早晨总是很冷。今天我们去市场买了很多新鲜的蔬菜和水果。面包很香。孩子们在河边唱歌跳舞，直到太阳落山。老师讲了一个很长的故事。",
      "飞机起飞以前请系好安全带。足球比赛推迟到星期六。昨天我们去市场买了新鲜的水果和蔬菜。火车晚点了两个小时。邻居家的猫爬上屋顶看月亮，没有人说话。医生建议多喝水。",
    );
    expect([...numbered(contents[1]).values()].join()).toContain("市场");
  });
});

test("the legend says where there was no room to mark all", () => {
  const years = Array.from({ length: 40 }, (_, at) => `${1900 + at}`).join(", ");
  const filler = "It went on and on, as these things do, and nobody could say for how long. ";

  const { legend } = compared(`${filler}Then came ${years}.`, `${OTHER}${OTHER}`);

  expect(legend).toMatch(/Not all is marked\.$/);
  expect(compared("Paris fell in 1940.", `${OTHER}${OTHER}`).legend).not.toContain("Not all");
});
