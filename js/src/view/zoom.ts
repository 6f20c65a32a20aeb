// The images of the two responses, compared at one scale, so that neither looks better for being larger
// on screen. Where they stand among text, the styles keep their room before they come: no line moves.

import { endWith } from "./lasting";

/** A place in an image, as shares of its width and height. */
interface Place {
  x: number;
  y: number;
}

const CENTRE: Place = { x: 0.5, y: 0.5 };

/**
 * Shows the images that are compared at one scale: their actual size, or the largest at which each has
 * room. A click on any image asks to change between the two.
 */
export function scaleTogether(
  article: HTMLElement,
  isActual: boolean,
  onClick: () => void,
  signal: AbortSignal,
): void {
  const groups = comparedIn(article);
  const scale = () => {
    for (const group of groups) {
      const loaded = group.filter((image) => image.naturalWidth > 0);
      const factor = isActual ? 1 : Math.min(1, ...loaded.map(fittingScale));
      for (const image of loaded) {
        image.width = Math.max(1, Math.round(image.naturalWidth * factor));
      }
    }
  };
  const click = (event: MouseEvent) => {
    const image = event.target;
    if (!(image instanceof HTMLImageElement) || !image.matches(".stored")) return;
    onClick();
    const compared = groups.find((group) => group.includes(image)) ?? [image];
    const place = { x: event.offsetX / image.width, y: event.offsetY / image.height };
    // Once the new size stands.
    setTimeout(() => look(compared, place));
  };
  scale();
  if (isActual) look(groups.flat().filter(isAlone), CENTRE);
  const observer = new ResizeObserver(scale);
  for (const image of groups.flat()) observer.observe(bodyOf(image));
  article.addEventListener("load", scale, { capture: true, signal });
  article.addEventListener("click", click, { signal });
  endWith(signal, observer);
}

/** The first images of both responses, their second ones, and so on. */
function comparedIn(article: HTMLElement): HTMLImageElement[][] {
  const sides = [...article.querySelectorAll(".response")].map((response) => [
    ...response.querySelectorAll<HTMLImageElement>("img.stored"),
  ]);
  const most = Math.max(...sides.map((images) => images.length));
  return Array.from({ length: most }, (_, place) => sides.flatMap((images) => images[place] ?? []));
}

/** Whether an image is the whole response. */
function isAlone(image: HTMLImageElement): boolean {
  return image.closest(".alone") !== null;
}

function fittingScale(image: HTMLImageElement): number {
  const picture = image.closest(".picture") ?? image;
  const height = isAlone(image) ? innerHeight(bodyOf(image)) : picture.clientHeight;
  return Math.min(picture.clientWidth / image.naturalWidth, height / image.naturalHeight);
}

function innerHeight(body: HTMLElement): number {
  const { paddingTop, paddingBottom } = getComputedStyle(body);
  return body.clientHeight - Number.parseFloat(paddingTop) - Number.parseFloat(paddingBottom);
}

/** Brings a place of each image to the middle of its pane. */
function look(images: readonly HTMLImageElement[], { x, y }: Place): void {
  for (const image of images) {
    const body = bodyOf(image);
    body.scrollTo(
      image.offsetLeft + x * image.width - body.clientWidth / 2,
      image.offsetTop + y * image.height - body.clientHeight / 2,
    );
  }
}

function bodyOf(image: HTMLImageElement): HTMLElement {
  return image.closest<HTMLElement>(".pane-body") ?? image;
}
