// Images that are a whole response, at one scale, so that neither looks better for being larger on
// screen. Those among text have the same height before they come, so that no line moves; see the styles.

const IMAGES = ".response .alone img.stored";

/** A place in an image, as shares of its width and height. */
interface Place {
  x: number;
  y: number;
}

const CENTRE: Place = { x: 0.5, y: 0.5 };

/**
 * Shows the images of both responses at one scale: their actual size, or the largest at which each
 * fits its pane. A click on any image asks to change between the two.
 */
export function scaleTogether(
  article: HTMLElement,
  isActual: boolean,
  onClick: () => void,
): () => void {
  const images = [...article.querySelectorAll<HTMLImageElement>(IMAGES)];
  const scale = () => {
    const loaded = images.filter((image) => image.naturalWidth > 0);
    const factor = isActual ? 1 : Math.min(1, ...loaded.map(fittingScale));
    for (const image of loaded) {
      image.width = Math.max(1, Math.round(image.naturalWidth * factor));
    }
  };
  const click = (event: MouseEvent) => {
    const image = event.target;
    if (!(image instanceof HTMLImageElement) || !image.matches(".stored")) return;
    onClick();
    const place = { x: event.offsetX / image.width, y: event.offsetY / image.height };
    // Once the new size stands.
    setTimeout(() => look(images, place));
  };
  scale();
  if (isActual) look(images, CENTRE);
  const observer = new ResizeObserver(scale);
  for (const image of images) observer.observe(bodyOf(image));
  article.addEventListener("load", scale, { capture: true });
  article.addEventListener("click", click);
  return () => {
    observer.disconnect();
    article.removeEventListener("load", scale, { capture: true });
    article.removeEventListener("click", click);
  };
}

function fittingScale(image: HTMLImageElement): number {
  const body = bodyOf(image);
  const { paddingTop, paddingBottom } = getComputedStyle(body);
  const height =
    body.clientHeight - Number.parseFloat(paddingTop) - Number.parseFloat(paddingBottom);
  const width = image.closest(".picture")?.clientWidth ?? body.clientWidth;
  return Math.min(width / image.naturalWidth, height / image.naturalHeight);
}

/** Brings a place of each image that stands alone to the middle of its pane. */
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
