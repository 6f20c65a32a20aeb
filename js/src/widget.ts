import type { AnyModel, Render } from "@anywidget/types";
import { h, render } from "preact";
import { type Link, openLink } from "./kernel/link";
import { openSurface } from "./view/actions";
import { App, type Summary } from "./view/app";
import { listenToKeys } from "./view/keyboard";
import { followRoom } from "./view/room";
import { STYLES } from "./view/styles";
import { followTheme } from "./view/theme";
import { openReading } from "./view/toggles";

interface Model {
  summary: Summary;
}

/**
 * A factory, because marimo runs this module once a page: what one model's views share lives in
 * here, never at module level.
 */
export default () => {
  let link: Link | null = null;
  const reading = openReading();

  function linkTo(model: AnyModel<Model>): Link {
    link ??= openLink(model as AnyModel);
    return link;
  }

  const showIn: Render<Model> = ({ model, el }) => {
    const host = document.createElement("div");
    host.className = "tiebreak-widget";
    host.tabIndex = 0;
    host.setAttribute("role", "group");
    host.setAttribute("aria-label", "Preference labeling");
    const root = host.attachShadow({ mode: "open" });
    const style = document.createElement("style");
    style.textContent = STYLES;
    const mount = document.createElement("div");
    root.append(style, mount);
    const surface = openSurface(linkTo(model), reading, root);
    const stopKeys = listenToKeys(surface);
    const stopTheme = followTheme(host);
    const stopRoom = followRoom(host);
    render(h(App, { surface, summary: model.get("summary") }), mount);
    el.append(host);
    return () => {
      stopKeys();
      stopTheme();
      stopRoom();
      render(null, mount);
      host.remove();
    };
  };

  return {
    initialize({ model }: { model: AnyModel<Model> }) {
      const opened = linkTo(model);
      return () => opened.close();
    },
    render: showIn,
  };
};
