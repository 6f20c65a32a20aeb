import { element } from "./dom";

/** The place of audio that the session holds; a player stands in it while its pair is looked at. */
export function storedAudioElement(name: string): HTMLElement {
  const place = element("div", "audio", "Audio");
  place.dataset.name = name;
  return place;
}
