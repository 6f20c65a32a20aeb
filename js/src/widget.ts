import type { AnyModel, Render } from "@anywidget/types";
import { h, render } from "preact";
import contentStyles from "./content/content.css";
import { type Link, openLink } from "./link";
import { App, type Summary } from "./view/app";
import judgingStyles from "./view/judging.css";
import { listenToKeys } from "./view/keyboard";
import { openSurface } from "./view/perform";
import { openReading } from "./view/reading";
import { followRoom } from "./view/room";
import styles from "./view/styles.css";
import { followTheme } from "./view/theme";

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
    style.textContent = contentStyles + styles + judgingStyles;
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
