import { afterEach, beforeEach, expect, test } from "vitest";
import { renderText } from "../../src/content";
import openPlayers from "../../src/content/player";
import { isWhole, joined } from "../../src/content/player/played";
import type { Listened, Players } from "../../src/content/types";

const nameOf = (digit: string) => `${digit.repeat(40)}.wav`;
const audio = (digit: string) => ({ type: "audio" as const, audio: nameOf(digit) });

/** What a media element does, told by hand: this page plays nothing. */
interface Fake {
  duration: number;
  currentTime: number;
  paused: boolean;
  ended: boolean;
  ranges: [number, number][];
}

let fakes: Map<string, [HTMLAudioElement, Fake]>;
let panes: Record<"prompt" | "left" | "right", HTMLElement>;
let bar: HTMLElement;
let listened: Listened;
let end: AbortController;
let players: Players;
let letGo = 0;

function stored(element: HTMLImageElement | HTMLAudioElement, name: string): void {
  const made: Fake = { duration: 8, currentTime: 0, paused: true, ended: false, ranges: [] };
  const played = () => ({
    length: made.ranges.length,
    start: (at: number) => made.ranges[at]?.[0],
    end: (at: number) => made.ranges[at]?.[1],
  });
  const property = (key: "duration" | "currentTime" | "paused" | "ended") => ({
    get: () => made[key],
    set: (value: never) => {
      made[key] = value;
    },
  });
  Object.defineProperties(element, {
    duration: property("duration"),
    currentTime: property("currentTime"),
    paused: property("paused"),
    ended: property("ended"),
    played: { get: played },
    load: { value: () => {} },
    play: {
      value: async () => {
        made.paused = false;
        element.dispatchEvent(new Event("play"));
      },
    },
    pause: {
      value: () => {
        if (made.paused) return;
        made.paused = true;
        element.dispatchEvent(new Event("pause"));
      },
    },
  });
  fakes.set(name, [element as HTMLAudioElement, made]);
  element.dispatchEvent(new Event("loadedmetadata"));
}

/** Has what plays go on to a moment, as the browser tells of it. */
function playTo(digit: string, from: number, to: number): void {
  const [element, made] = fakes.get(nameOf(digit)) ?? expect.unreachable();
  made.ranges.push([from, to]);
  made.currentTime = to;
  element.dispatchEvent(new Event("timeupdate"));
  if (to < made.duration) return;
  made.ended = true;
  element.dispatchEvent(new Event("ended"));
}

const fakeOf = (digit: string): Fake => (fakes.get(nameOf(digit)) ?? expect.unreachable())[1];

function open(): void {
  fakes = new Map();
  end = new AbortController();
  const keys = { left: ",", right: ".", pause: "/", back: "<" };
  const options = { panes, bar, listened, stored, keys, letGo: () => void letGo++ };
  players = openPlayers(options, end.signal);
}

const pane = (...digits: string[]) =>
  renderText([{ role: "assistant", content: digits.map(audio) }]);

beforeEach(() => {
  panes = { prompt: renderText("Say hello"), left: pane("a"), right: pane("b") };
  bar = document.createElement("div");
  document.body.append(...Object.values(panes), bar);
  listened = { volume: 1, played: new Map() };
  letGo = 0;
  open();
});

afterEach(() => {
  end.abort();
  document.body.replaceChildren();
});

const button = (side: "left" | "right") =>
  panes[side].querySelector("button") ?? expect.unreachable();
const position = (side: "left" | "right") =>
  panes[side].querySelector("input") ?? expect.unreachable();
const said = () => bar.querySelector(".listening-status")?.textContent;

test("audio alone needs no role, and shows by a player what it is", () => {
  expect(panes.left.querySelector(".role")).toBeNull();
  expect(button("left").getAttribute("aria-label")).toBe("Play left");
  expect(button("left").getAttribute("aria-keyshortcuts")).toBe(",");
  expect(position("left").type).toBe("range");
  expect(position("left").getAttribute("aria-valuetext")).toBe("0:00 of 0:08");
  expect(panes.left.textContent).toContain("0:00 / 0:08");
  expect(panes.left.querySelector("audio")).toBeNull();
});

test("one side plays at a time, by key or button, and a second press pauses it", () => {
  players.play("left");
  expect([fakeOf("a").paused, fakeOf("b").paused]).toEqual([false, true]);
  expect(button("left").getAttribute("aria-label")).toBe("Pause left");

  button("right").click();
  expect([fakeOf("a").paused, fakeOf("b").paused]).toEqual([true, false]);

  players.play("right");
  expect(fakeOf("b").paused).toBe(true);
});

test("pausing pauses what plays, and again lets go on what played last", () => {
  players.play("right");
  players.pause();
  expect(fakeOf("b").paused).toBe(true);
  players.pause();
  expect([fakeOf("a").paused, fakeOf("b").paused]).toEqual([true, false]);
});

test("nothing is paused or gone back in before something played", () => {
  players.pause();
  players.back();
  expect([fakeOf("a").paused, fakeOf("b").paused]).toEqual([true, true]);
  expect([...bar.querySelectorAll("button")].map(({ disabled }) => disabled)).toEqual([true, true]);
});

test("going back is by five seconds, and never before the beginning", () => {
  players.play("left");
  playTo("a", 0, 7);
  players.back();
  expect(fakeOf("a").currentTime).toBe(2);
  players.back();
  expect(fakeOf("a").currentTime).toBe(0);
});

test("the slider moves what plays, and a pointer leaves the keys with the widget", () => {
  position("left").value = "3";
  position("left").dispatchEvent(new Event("input"));
  expect(fakeOf("a").currentTime).toBe(3);
  position("left").dispatchEvent(new Event("pointerup"));
  expect(letGo).toBe(1);
});

test("it is said what plays, and which side was not heard to the end", () => {
  expect(bar.querySelector(".narrow")?.textContent).toBe("First");
  const text = () => said()?.replaceAll(/First|Second/g, "");
  expect(text()).toBe("Not heard to the end: Left, Right.");
  players.play("left");
  expect(text()).toBe("Left plays. Not heard to the end: Left, Right.");
  playTo("a", 0, 4);
  expect(text()).toBe("Left plays. Not heard to the end: Left, Right.");
  playTo("a", 4, 8);
  expect(text()).toBe("Not heard to the end: Right.");
  expect(panes.left.querySelector(".player-heard")?.textContent).toBe("heard");
  expect(panes.right.querySelector(".player-heard")?.textContent).toBe("not heard to the end");
  players.play("right");
  playTo("b", 0, 8);
  expect(text()).toBe("All heard to the end.");
});

test("the end alone is not the whole, and what was skipped counts once it is played", () => {
  players.play("left");
  playTo("a", 6, 8);
  expect(panes.left.textContent).toContain("not heard to the end");
  playTo("a", 0, 3);
  expect(panes.left.textContent).toContain("not heard to the end");
  playTo("a", 3, 6);
  expect(panes.left.textContent).not.toContain("not heard to the end");
});

test("a pair that is left falls silent and lets its audio go; what was heard of it stays known", () => {
  players.play("left");
  playTo("a", 0, 5);
  const [element, made] = fakes.get(nameOf("a")) ?? expect.unreachable();
  element.setAttribute("src", "blob:one");
  end.abort();
  expect(made.paused).toBe(true);
  expect(element.hasAttribute("src")).toBe(false);
  expect(panes.left.querySelector("button")).toBeNull();
  expect(bar.children.length).toBe(0);

  open();
  players.play("left");
  playTo("a", 5, 8);
  expect(panes.left.querySelector(".player-heard")?.textContent).toBe("heard");
});

test("both sides have one volume, which the next pair has too", () => {
  const slider = bar.querySelector("input") ?? expect.unreachable();
  slider.value = "35";
  slider.dispatchEvent(new Event("input"));
  expect([...fakes.values()].map(([element]) => element.volume)).toEqual([0.35, 0.35]);

  end.abort();
  open();
  expect([...fakes.values()].map(([element]) => element.volume)).toEqual([0.35, 0.35]);
  expect(bar.querySelector("input")?.value).toBe("35");
});

test("what cannot be played says why", () => {
  const [element] = fakes.get(nameOf("a")) ?? expect.unreachable();
  element.dispatchEvent(new ErrorEvent("error", { message: "It is gone." }));
  expect(panes.left.textContent).toContain("Cannot be played: It is gone.");
  expect(button("left").disabled).toBe(true);
  const text = said()?.replaceAll(/First|Second/g, "");
  expect(text).toBe("Not heard to the end: Right. Cannot be played: Left.");
});

test("a length that is not known yet is a dash, and nothing to move in", () => {
  const [element, made] = fakes.get(nameOf("a")) ?? expect.unreachable();
  made.duration = Number.POSITIVE_INFINITY;
  element.dispatchEvent(new Event("durationchange"));
  expect(panes.left.textContent).toContain("0:00 / –:––");
  expect(position("left").disabled).toBe(true);
});

test("what was recorded live has its end looked for, and plays from its beginning", () => {
  const [element, made] = fakes.get(nameOf("a")) ?? expect.unreachable();
  players.play("left");
  made.duration = Number.POSITIVE_INFINITY;
  element.dispatchEvent(new Event("loadedmetadata"));
  expect([made.paused, made.currentTime > 1e6]).toEqual([true, true]);
  expect(panes.left.textContent).toContain("0:00 / –:––");

  made.currentTime = 8; // as far as there is something
  made.duration = 8;
  element.dispatchEvent(new Event("durationchange"));
  expect([made.paused, made.currentTime]).toEqual([false, 0]);
  expect(panes.left.textContent).toContain("0:00 / 0:08");
  expect(position("left").disabled).toBe(false);
});

test("what was paused while its end was looked for stays so", () => {
  const [element, made] = fakes.get(nameOf("a")) ?? expect.unreachable();
  made.duration = Number.POSITIVE_INFINITY;
  element.dispatchEvent(new Event("loadedmetadata"));
  players.play("left");
  players.play("right");
  made.duration = 8;
  element.dispatchEvent(new Event("durationchange"));

  expect([made.paused, fakeOf("b").paused]).toEqual([true, false]);
});

test("nobody is asked to hear what is empty", () => {
  const [element, made] = fakes.get(nameOf("a")) ?? expect.unreachable();
  made.duration = 0;
  element.dispatchEvent(new Event("durationchange"));

  expect(panes.left.textContent).toContain("nothing to hear");
  expect(said()?.replaceAll(/First|Second/g, "")).toBe("Not heard to the end: Right.");
});

test("of several in a side, a key plays the first that was not heard, then the one that played last", () => {
  end.abort();
  panes.left.replaceChildren(pane("c", "d"));
  open();
  players.play("left");
  playTo("c", 0, 8);
  fakeOf("c").paused = true;
  button("right").click();
  players.play("left");
  expect(fakeOf("d").paused).toBe(false);
  players.play("left");
  players.play("left");
  expect([fakeOf("c").paused, fakeOf("d").paused]).toEqual([true, false]);
  const names = [...panes.left.querySelectorAll("button")].map((each) =>
    each.getAttribute("aria-label"),
  );
  expect(names).toEqual(["Play left 1", "Pause left 2"]);
});

test("stretches that meet are one, and a whole has no gap", () => {
  expect(joined([[0, 2]], [[1, 4]])).toEqual([[0, 4]]);
  expect(joined([[5, 6]], [[0, 2]])).toEqual([
    [0, 2],
    [5, 6],
  ]);
  expect(isWhole([[0, 8]], 8)).toBe(true);
  expect(isWhole([[0, 7.5]], 8)).toBe(false);
  expect(isWhole([[0.5, 8]], 8)).toBe(false);
  expect(isWhole([], 8)).toBe(false);
  expect(isWhole([], 0)).toBe(true);
  expect(isWhole([[0, 8]], Number.NaN)).toBe(false);
  expect(isWhole([[0, 8]], Number.POSITIVE_INFINITY)).toBe(false);
});
