import { appendText, visible } from "./characters";
import { element } from "./dom";
import type { ImagePolicy, ShowStored } from "./types";

const rasterData = /^data:image\/(?:png|jpeg|webp|gif);base64,[A-Za-z0-9+/]+={0,2}$/;

function remoteAddress(source: string): URL | undefined {
  if (!URL.canParse(source)) return undefined;
  const address = new URL(source);
  return address.protocol === "https:" || address.protocol === "http:" ? address : undefined;
}

function picture(source: string, alt: string): HTMLImageElement {
  const image = element("img");
  image.alt = visible(alt);
  image.decoding = "async";
  image.referrerPolicy = "no-referrer";
  image.src = source;
  return image;
}

function chip(alt: string, place: string): HTMLElement {
  const made = element("span", "image-chip");
  made.title = visible(place);
  appendText(made, alt ? `Image: ${alt}` : "Image");
  return made;
}

/**
 * An image that is part of the text shows. One that lives elsewhere is a chip that names the host, because
 * asking for it tells that host who reads what; it loads at a click where the session allows that. Inside a
 * link the button stands behind the link.
 */
export function imageElement(
  source: string,
  alt: string,
  policy: ImagePolicy,
  behindLink?: Node[],
): HTMLElement {
  if (rasterData.test(source)) return picture(source, alt);
  const address = remoteAddress(source);
  if (!address) return chip(alt, source.slice(0, 200));
  if (policy === "always") return picture(address.href, alt);
  const made = chip(alt, address.href);
  if (policy === "never" || behindLink) {
    made.append(element("span", "image-host", ` on ${address.host}`));
  }
  if (policy === "never") return made;
  const load = element("button", "image-load", `Load from ${address.host}`);
  load.type = "button";
  load.addEventListener("click", () => {
    made.replaceWith(picture(address.href, alt));
    load.remove();
  });
  if (behindLink) behindLink.push(load);
  else made.append(" ", load);
  return made;
}

/** An image that the session holds; where it cannot be shown, a chip that says why. */
export function storedImageElement(name: string, show: ShowStored | undefined): HTMLElement {
  const image = element("img", "stored");
  image.alt = "Image";
  image.draggable = false;
  image.dataset.name = name;
  const picture = element("div", "picture", image);
  image.addEventListener("error", (event) => {
    const reason = event instanceof ErrorEvent ? event.message : "it is damaged.";
    image.replaceWith(chip(`cannot be shown: ${reason}`, name));
  });
  show?.(image, name);
  return picture;
}
