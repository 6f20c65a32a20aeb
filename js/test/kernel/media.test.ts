import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Media, openMedia } from "../../src/kernel/media";

let asked: string[];
let made: Map<string, Blob>;
let images: Media;

const name = (digit: string, kind = "png") => `${digit.repeat(40)}.${kind}`;
const [A, B, C] = [name("a"), name("b", "webp"), name("c")];
const bytes = (count: number) => new DataView(new ArrayBuffer(count));

function open(isUp = true): Media {
  return openMedia((wanted) => {
    asked.push(wanted);
    return isUp;
  }, 100);
}

function show(wanted: string): HTMLImageElement {
  const image = document.createElement("img");
  images.show(image, wanted);
  return image;
}

beforeEach(() => {
  asked = [];
  made = new Map();
  let count = 0;
  vi.spyOn(URL, "createObjectURL").mockImplementation((blob) => {
    count += 1;
    made.set(`blob:${count}`, blob as Blob);
    return `blob:${count}`;
  });
  vi.spyOn(URL, "revokeObjectURL").mockImplementation((url) => void made.delete(url));
  images = open();
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

test("an image is asked for once and given to all that wait for it", () => {
  const [first, second] = [show(A), show(A)];
  expect(asked).toEqual([A]);
  expect(first.getAttribute("src")).toBeNull();

  images.receive(A, bytes(10));
  const third = show(A);

  expect(new Set([first.src, second.src, third.src])).toEqual(new Set(["blob:1"]));
  expect(asked).toEqual([A]);
  expect(images.waitingSince()).toBeNull();
});

test("a blob has the raster type of the name", () => {
  show(B);
  images.receive(B, bytes(10));
  expect(made.get("blob:1")?.type).toBe("image/webp");
});

test("what was not shown for longest goes first, and its address with it", () => {
  images.receive(A, bytes(40));
  images.receive(B, bytes(40));
  show(A);

  images.receive(C, bytes(40));

  expect([...made.keys()]).toEqual(["blob:1", "blob:3"]);
  show(B);
  expect(asked).toEqual([B]);
});

test("an image over the limit is shown all the same", () => {
  images.receive(A, bytes(10));
  const large = show(B);
  images.receive(B, bytes(1_000));

  expect(large.src).toBe("blob:2");
  expect([...made.keys()]).toEqual(["blob:2"]);
});

test("bytes that come twice are kept once", () => {
  images.receive(A, bytes(60));
  images.receive(A, bytes(60));
  images.receive(B, bytes(40));
  expect([...made.keys()]).toEqual(["blob:1", "blob:2"]);
});

test("an image that cannot come says why to all that wait, and can be asked for again", () => {
  const image = show(A);
  const reasons: string[] = [];
  image.addEventListener("error", (event) => reasons.push((event as ErrorEvent).message));

  images.receive(A, undefined, "It is gone.");

  expect(reasons).toEqual(["It is gone."]);
  show(A);
  expect(asked).toEqual([A, A]);
});

test("what got lost is asked for again, what was asked for since is not", () => {
  vi.useFakeTimers({ toFake: ["performance"] });
  show(A);
  vi.advanceTimersByTime(1_000);
  const moment = performance.now();
  show(B);
  expect(images.waitingSince()).toBe(moment - 1_000);

  images.askAgain(moment);

  expect(asked).toEqual([A, B, A]);
  expect(images.waitingSince()).toBe(moment);
});

test("closing gives every address back", () => {
  images.receive(A, bytes(10));
  images.receive(B, bytes(10));
  images.close();
  expect(made.size).toBe(0);
});
