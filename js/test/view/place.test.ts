import { afterEach, expect, it, vi } from "vitest";
import { openPlacing } from "../../src/view/place";
import { openReadingSize, resize } from "../../src/view/reading-size";

afterEach(() => {
  vi.restoreAllMocks();
  localStorage.clear();
  document.body.replaceChildren();
});

function hostIn(cell = document.createElement("div")): HTMLElement {
  const host = document.createElement("div");
  cell.append(host);
  document.body.append(cell);
  return host;
}

it("stands over the window and back in its cell without leaving the page", () => {
  const host = hostIn();
  const cell = host.parentElement;
  const placing = openPlacing(host);

  placing.go("full");
  expect(host.dataset.place).toBe("full");
  expect(host.parentElement).toBe(cell);
  placing.go("full");
  expect(host.dataset.place).toBeUndefined();
  expect(placing.where.value).toBeNull();
});

it("offers no floating window where the browser has none", () => {
  const placing = openPlacing(hostIn());
  expect(placing.canFloat).toBe(false);
  placing.go("floating");
  expect(placing.where.value).toBeNull();
});

it("keeps the reading size in the browser, within bounds", () => {
  const host = hostIn();
  const size = openReadingSize(host);
  for (let presses = 0; presses < 40; presses += 1) resize(size, host, 1);
  expect(openReadingSize(hostIn()).value).toBe(26);
  for (let presses = 0; presses < 40; presses += 1) resize(size, host, -1);
  expect(openReadingSize(hostIn()).value).toBe(11);
});

it.each(["getItem", "setItem"] as const)("reads on where the storage refuses to %s", (method) => {
  vi.spyOn(Storage.prototype, method).mockImplementation(() => {
    throw new Error("SecurityError");
  });
  const host = hostIn();
  const size = openReadingSize(host);
  resize(size, host, 1);
  expect(size.value).toBe(16);
  expect(host.style.getPropertyValue("--tb-font-size")).toBe("16px");
});

it("takes what a stranger stored for no size", () => {
  localStorage.setItem("tiebreak-reading-size", "999; color: red");
  expect(openReadingSize(hostIn()).value).toBe(15);
});
