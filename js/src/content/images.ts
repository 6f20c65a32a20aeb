import { appendText, visible } from "./characters";
import { element } from "./dom";
import type { ImagePolicy } from "./types";

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
 * asking for it tells that host who reads what; it loads at a click where the session allows that.
 */
export function imageElement(
  source: string,
  alt: string,
  policy: ImagePolicy,
  clickable: boolean,
): HTMLElement {
  if (rasterData.test(source)) return picture(source, alt);
  const address = remoteAddress(source);
  if (!address) return chip(alt, source.slice(0, 200));
  if (policy === "always") return picture(address.href, alt);
  const made = chip(alt, address.href);
  if (policy === "never" || !clickable) {
    made.append(element("span", "image-host", ` on ${address.host}`));
    return made;
  }
  const load = element("button", "image-load", `Load from ${address.host}`);
  load.type = "button";
  load.setAttribute("aria-label", `Load image from ${address.host}`);
  load.addEventListener("click", () => made.replaceWith(picture(address.href, alt)), {
    once: true,
  });
  made.append(" ", load);
  return made;
}
