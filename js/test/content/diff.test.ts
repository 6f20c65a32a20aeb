import { afterEach, describe, expect, test, vi } from "vitest";
import { renderText, type Text } from "../../src/content";
import diffContent from "../../src/content/diff";
import { anchors } from "../../src/content/diff/anchors";
import { compareWords } from "../../src/content/diff/compare";
import { editsBetween } from "../../src/content/diff/edits";
import { wordsOf } from "../../src/content/diff/words";

function marks(content: Element): (string | null)[] {
  return [...content.querySelectorAll("mark")].map((mark) => mark.textContent);
}

function compared(left: Text, right: Text): [string | null, ...(string | null)[]][] {
  const [a, b] = [renderText(left), renderText(right)];
  diffContent(a, b);
  return [marks(a), marks(b)] as never;
}

describe("differing words", () => {
  test("are marked on both sides, told apart by class", () => {
    const [left, right] = [renderText("The cat sat."), renderText("The dog sat.")];
    diffContent(left, right);
    expect(left.querySelector("mark.diff-only-left")?.textContent).toBe("cat");
    expect(right.querySelector("mark.diff-only-right")?.textContent).toBe("dog");
    expect(left.querySelectorAll("mark")).toHaveLength(1);
  });

  test.each<[string, string, string, string[], string[]]>([
    ["one more word", "a b c d", "a b x c d", [], ["x"]],
    ["a phrase", "we go home now", "we stay right here now", ["go home"], ["stay right here"]],
    ["formatting alone", "a **b** c", "a b *c*", [], []],
    ["white space alone", "a  b\n\nc", "a b c", [], []],
    ["a heading and a paragraph", "# Title\n\ntext", "Title\n\ntext", [], []],
    ["Chinese by character", "我喜欢猫和狗", "我喜欢鸟和狗", ["猫"], ["鸟"]],
    ["inside formatting", "say **one two** three", "say **one six** three", ["two"], ["six"]],
    ["code", "```js\nlet a = b;\n```", "```js\nlet a = c;\n```", ["b"], ["c"]],
    ["table cells", "|a|b|\n|-|-|\n|1|2|", "|a|b|\n|-|-|\n|1|3|", ["2"], ["3"]],
  ])("%s", (_name, left, right, onlyLeft, onlyRight) => {
    expect(compared(left, right)).toEqual([onlyLeft, onlyRight]);
  });

  test("a formula or an image differs as a whole", () => {
    expect(compared("so $x^2$ is it", "so $x^3$ is it")).toEqual([["$x^2$"], ["$x^3$"]]);
    const [left] = compared(
      "see ![a](https://a.example/1.png) now",
      "see ![a](https://a.example/2.png) now",
    );
    expect(left).toHaveLength(1);
  });

  test("buttons and language tags are no text to compare", () => {
    expect(compared("```js\nabc\n```", "```ts\nabc\n```")).toEqual([[], []]);
  });

  test("messages are compared too", () => {
    const say = (content: string): Text => [{ role: "assistant", content }];
    expect(compared(say("a b c"), say("a x c"))).toEqual([["b"], ["x"]]);
  });
});

describe("nothing is marked", () => {
  test("where the texts are the same", () => {
    const [left, right] = [renderText("a *b*"), renderText("a *b*")];
    expect(diffContent(left, right).reason).toBe("The texts are the same.");
  });

  test("where they have too little in common", () => {
    const [left, right] = [
      renderText("red green blue white black"),
      renderText("bread, butter. Jam!"),
    ];
    expect(diffContent(left, right).reason).toContain("too little in common");
    expect(marks(left)).toEqual([]);
  });

  test("where they differ in more places than are laid out anew in time", () => {
    const text = (word: string, places: number) => `same ${word} again `.repeat(places);
    const few = [renderText(text("this", 200)), renderText(text("that", 200))] as const;
    expect(diffContent(...few).reason).toBeUndefined();
    const many = [renderText(text("this", 400)), renderText(text("that", 400))] as const;
    expect(diffContent(...many).reason).toContain("too many places");
    expect(marks(many[0])).toEqual([]);
  });

  test("where one is empty", () => {
    const [left, right] = [renderText(""), renderText("a")];
    expect(diffContent(left, right).reason).toBeDefined();
    expect(marks(right)).toEqual([]);
  });
});

/** A small generator of numbers, so that a failure can be repeated. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

const vocabulary =
  "the a cat sat on *mat* **bold move** `code x` [link](https://example.com) 猫 naïve 😀 $x_1$ don't 3.14 مرحبا \u200b x-y ![i](https://e.example/i.png)".split(
    " ",
  );

function randomText(random: () => number, words: number): string[] {
  const made: string[] = [];
  for (let index = 0; index < words; index += 1) {
    made.push(vocabulary[Math.floor(random() * vocabulary.length)] ?? "");
    const turn = random();
    if (turn < 0.03) made.push("\n\n");
    else if (turn < 0.05) made.push("\n\n- ");
    else if (turn < 0.06) made.push("\n\n## ");
    else if (turn < 0.07) made.push("\n\n> ");
    else if (turn < 0.08) made.push("\n\n```js\nconst a = 1;\n```\n\n");
    else if (turn < 0.09) made.push("\n\n| a | b |\n|---|---|\n| c | d |\n\n");
  }
  return made;
}

function rewritten(random: () => number, words: readonly string[]): string[] {
  return words.flatMap((word) => {
    const turn = random();
    if (turn < 0.05) return [];
    if (turn < 0.1) return [vocabulary[Math.floor(random() * vocabulary.length)] ?? ""];
    if (turn < 0.13) return [word, "added"];
    return [word];
  });
}

function allNodes(root: Node): Node[] {
  return [root, ...[...root.childNodes].flatMap(allNodes)];
}

describe.each([false, true])("on random texts, folding %s", (fold) => {
  test("marks leave the text as it is and go away without a trace", () => {
    for (let seed = 1; seed <= 60; seed += 1) {
      const random = generator(seed);
      const words = randomText(random, 20 + seed * 3);
      const left = renderText(words.join(" "));
      const right = renderText(rewritten(random, words).join(" "));
      const before = [left, right].map((content) => ({
        html: content.outerHTML,
        text: content.textContent,
        nodes: allNodes(content),
      }));
      const { undo, reason } = diffContent(left, right, { fold });
      if (!fold) {
        expect([left, right].map((content) => content.textContent)).toEqual(
          before.map(({ text }) => text),
        );
      }
      expect(reason, `seed ${seed}`).toBeUndefined();
      expect(marks(left).length + marks(right).length).toBeGreaterThan(0);
      undo();
      undo();
      for (const [index, content] of [left, right].entries()) {
        expect(content.outerHTML).toBe(before[index]?.html);
        const nodes = allNodes(content);
        expect(nodes.length).toBe(before[index]?.nodes.length);
        expect(nodes.every((node, place) => node === before[index]?.nodes[place])).toBe(true);
      }
    }
  });
});

test("what is not marked reads the same on both sides", () => {
  for (let seed = 100; seed <= 160; seed += 1) {
    const random = generator(seed);
    const words = randomText(random, 120);
    const [left, right] = [words, rewritten(random, words)].map(
      (text) => wordsOf(renderText(text.join(" ")), 10_000) ?? [],
    );
    const result = compareWords(left ?? [], right ?? [], { steps: 1e6 });
    const same = (side: typeof left, differs: readonly boolean[] = []): string[] =>
      (side ?? []).filter((_, index) => !differs[index]).map(({ key }) => key);
    expect(same(left, result?.left)).toEqual(same(right, result?.right));
  }
});

test("where the budget runs out, a changed stretch is marked whole, and nothing that is the same around it", () => {
  const note = (middle: string): string =>
    `We meet in room 2.17 as always. Coffee is provided. ${middle} today.\n\nKind regards,\nInes`;
  const [left, right] = ["Bring your own cup", "We finish by five"].map(
    (middle) => wordsOf(renderText(note(middle)), 1_000) ?? [],
  );
  const result = compareWords(left ?? [], right ?? [], { steps: 0 });
  const marked = (left ?? []).filter((_, index) => result?.left[index]).map(({ key }) => key);
  expect(marked).toEqual(["Bring", "your", "own", "cup"]);
});

test("identical blocks fold, with a summary that says how many", () => {
  const same = "This paragraph is the same on both sides. ".repeat(6);
  const left = renderText(`${same}\n\n${same}\n\nIt is a cat.\n\n${same}`);
  const right = renderText(`${same}\n\n${same}\n\nIt is a dog.\n\n${same}`);
  const { undo } = diffContent(left, right, { fold: true });
  for (const content of [left, right]) {
    const folds = [...content.querySelectorAll("details.same")] as HTMLDetailsElement[];
    expect(folds.map((found) => found.querySelector("summary")?.textContent)).toEqual([
      "2 identical blocks",
      "1 identical block",
    ]);
    expect(folds.every((found) => !found.open)).toBe(true);
    expect(content.querySelector("mark")?.closest("details")).toBeNull();
  }
  undo();
  expect(left.querySelector("details")).toBeNull();
});

test("a block that lost words on the other side is not called identical", () => {
  const left = renderText(`${"All of it is here. ".repeat(12)}And more.`);
  const right = renderText("All of it is here. ".repeat(12));
  diffContent(left, right, { fold: true });
  expect(left.querySelector("mark")).not.toBeNull();
  expect(right.querySelector("mark")).toBeNull();
  expect(right.querySelector("details")).toBeNull();
});

/** How many letters two texts have in common in order, by the textbook's table. */
function mostInCommon(left: string, right: string): number {
  let above = new Array<number>(right.length + 1).fill(0);
  for (const letter of left) {
    const row = [0];
    for (const [at, other] of [...right].entries()) {
      const best = Math.max(row[at] ?? 0, above[at + 1] ?? 0);
      row.push(letter === other ? (above[at] ?? 0) + 1 : best);
    }
    above = row;
  }
  return above.at(-1) ?? 0;
}

describe("the edits between two texts", () => {
  const texts = (seed: number): [string, string] => {
    const random = generator(seed);
    const alphabet = 2 + Math.floor(random() * 5);
    const letter = (): string => String.fromCharCode(97 + Math.floor(random() * alphabet));
    const text = (): string => Array.from({ length: Math.floor(random() * 40) }, letter).join("");
    return [text(), text()];
  };

  test.each([1_000_000, 100, 20, 0])("lead from one to the other in %i steps", (steps) => {
    for (let seed = 1; seed <= 500; seed += 1) {
      const [left, right] = texts(seed);
      let [leftAt, rightAt] = [0, 0];
      for (const hunk of editsBetween(left, right, { steps })) {
        leftAt += hunk.left;
        rightAt += hunk.right;
        const both = left.slice(leftAt, leftAt + hunk.both);
        expect(right.slice(rightAt, rightAt + hunk.both)).toBe(both);
        leftAt += hunk.both;
        rightAt += hunk.both;
      }
      expect([leftAt, rightAt]).toEqual([left.length, right.length]);
    }
  });

  test("are as few as there can be where the budget allows and nothing stands once", () => {
    let compared = 0;
    for (let seed = 1; seed <= 1_000; seed += 1) {
      const [left, right] = texts(seed);
      if (anchors(left, right).length > 0) continue;
      compared += 1;
      const both = editsBetween(left, right, { steps: 1e6 }).reduce(
        (sum, hunk) => sum + hunk.both,
        0,
      );
      expect(both, `${left} ${right}`).toBe(mostInCommon(left, right));
    }
    expect(compared).toBeGreaterThan(100);
  });

  test("take no more steps than there are, but for the turn in which they end", () => {
    const random = generator(3);
    const text = (): string =>
      Array.from({ length: 5_000 }, () => String.fromCharCode(random() * 200)).join("");
    const budget = { steps: 100_000 };
    editsBetween(text(), text(), budget);
    expect(budget.steps).toBeLessThanOrEqual(0);
    expect(budget.steps).toBeGreaterThan(-20_000);
  });
});

describe("long texts", () => {
  const paragraphs = (list: readonly string[]): string =>
    list.join(" ").replaceAll(" w7 ", " w7\n\n");
  const random = generator(7);
  const words = Array.from({ length: 8_000 }, () => `w${Math.floor(random() * 500)}`);
  const changed = words.map((word, at) => (at % 40 === 0 ? "changed" : word));

  test("are compared where they differ little", () => {
    const [left, right] = [renderText(paragraphs(words)), renderText(paragraphs(changed))];
    expect(diffContent(left, right).reason).toBeUndefined();
    expect(marks(right)).toHaveLength(200);
  });

  test("are not where it takes more steps than there is time for", () => {
    const [left, right] = [
      renderText(paragraphs(words)),
      renderText(paragraphs(words.toReversed())),
    ];
    expect(diffContent(left, right).reason).toBe(
      "The texts differ too much to compare word by word.",
    );
  });

  test("are not where they hold too many words", () => {
    const [left, right] = [renderText("a ".repeat(21_000)), renderText("b ".repeat(21_000))];
    expect(diffContent(left, right).reason).toBe("The texts are too long to compare word by word.");
  });
});

describe("however slow the machine", () => {
  afterEach(() => vi.restoreAllMocks());

  test("the same pair is marked in the same way", () => {
    const random = generator(11);
    const words = randomText(random, 1_500);
    const texts = [words, rewritten(random, words)].map((text) => text.join(" "));
    const shown = (): string[] => {
      const contents = texts.map((text) => renderText(text));
      const [left, right] = contents as [HTMLElement, HTMLElement];
      return [
        diffContent(left, right).reason ?? "",
        ...contents.map((content) => content.innerHTML),
      ];
    };
    const quick = shown();
    expect(quick[0]).toBe("");
    let time = 0;
    const minuteLater = (): number => {
      time += 60_000;
      return time;
    };
    vi.spyOn(Date, "now").mockImplementation(minuteLater);
    vi.spyOn(performance, "now").mockImplementation(minuteLater);
    expect(shown()).toEqual(quick);
  });
});
