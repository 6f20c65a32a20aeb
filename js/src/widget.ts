import type { AnyModel, Render } from "@anywidget/types";
import { h, render } from "preact";
import { type Link, openLink } from "./kernel/link";
import { openVerbs, type Verbs } from "./kernel/verbs";
import { openSurface } from "./view/actions";
import { afterPaint } from "./view/after-paint";
import { App, type Summary } from "./view/app";
import { listenToKeys } from "./view/keyboard";
import { comeIntoView, followRoom } from "./view/room";
import { STYLES } from "./view/styles";
import { followTheme } from "./view/theme";
import { openToggles } from "./view/toggles";

interface Model {
  summary: Summary;
}

/**
 * A factory, because marimo runs this module once a page: what one model's views share lives in
 * here, never at module level.
 */
export default () => {
  let opened: { link: Link; verbs: Verbs } | null = null;
  const toggles = openToggles();

  function open(model: AnyModel<Model>): { link: Link; verbs: Verbs } {
    if (opened === null) {
      const link = openLink(model as AnyModel, afterPaint);
      opened = { link, verbs: openVerbs(link) };
    }
    return opened;
  }

  const showIn: Render<Model> = ({ model, el }) => {
    const { link, verbs } = open(model);
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
    const surface = openSurface(link, verbs, toggles, root);
    const view = new AbortController();
    listenToKeys(surface, view.signal);
    followTheme(host, view.signal);
    followRoom(host, view.signal);
    comeIntoView(host, view.signal);
    render(h(App, { surface, summary: model.get("summary") }), mount);
    el.append(host);
    return () => {
      surface.placing.back();
      view.abort();
      render(null, mount);
      host.remove();
    };
  };

  return {
    initialize({ model }: { model: AnyModel<Model> }) {
      const { link, verbs } = open(model);
      return () => {
        verbs.close();
        link.close();
      };
    },
    render: showIn,
  };
};
