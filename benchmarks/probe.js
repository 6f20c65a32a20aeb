// Runs in the notebook's page before anything else, and records in the page's own clock when keys
// came, when the next pair was painted, what went to the kernel and when it was acknowledged.
(() => {
  const probe = { keys: [], sent: [], acks: {}, events: {} };
  window.tiebreakProbe = probe;
  const reader = new TextDecoder();

  // The least that any widget takes in this page: a key that changes one digit on screen.
  function focusFloor() {
    const floor = document.createElement("div");
    floor.id = "tiebreak-floor";
    floor.tabIndex = 0;
    floor.style = "position: fixed; bottom: 0; right: 0; z-index: 9; background: white";
    floor.textContent = "0";
    floor.addEventListener("keydown", (event) => {
      event.stopPropagation();
      floor.textContent = String((Number(floor.textContent) + 1) % 10);
    });
    document.body.append(floor);
    floor.focus();
  }
  window.tiebreakFocusFloor = focusFloor;

  function shown() {
    const focused = document.activeElement;
    if (focused?.id === "tiebreak-floor") return focused.textContent;
    const widget = document.querySelector(".tiebreak-widget");
    return widget?.shadowRoot.querySelector(".pair:not(.prepared)")?.dataset.pair ?? null;
  }

  function awaitPaint(key) {
    requestAnimationFrame(() => {
      if (shown() === key.from) return awaitPaint(key);
      // A task posted within a frame's callbacks runs after that frame was painted.
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        key.painted = performance.now();
      };
      port2.postMessage(null);
    });
  }

  function onKeydown(event) {
    if (!/^[0-9]$/.test(event.key)) return;
    const key = { at: event.timeStamp, key: event.key, from: shown(), painted: null };
    probe.keys.push(key);
    awaitPaint(key);
  }
  window.addEventListener("keydown", onKeydown, { capture: true });

  // The browser's own word: from the event to the next frame on screen, rounded to 8 ms; what
  // took less than 16 ms is left out.
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if (entry.name === "keydown") probe.events[entry.startTime] = entry.duration;
    }
  }).observe({ type: "event", durationThreshold: 16 });

  function read(data) {
    if (typeof data === "string") return data;
    const isShort = data instanceof ArrayBuffer && data.byteLength < 20_000;
    return isShort ? reader.decode(data) : "";
  }

  window.WebSocket = class extends WebSocket {
    constructor(...given) {
      super(...given);
      this.addEventListener("message", ({ data }) => {
        const at = performance.now();
        const found = read(data).match(/"type": ?"ack", ?"id": ?"([^"]+)"/);
        if (found) probe.acks[found[1]] = at;
      });
    }

    send(data) {
      const text = read(data);
      const found = text.match(/"type":"label","id":"([^"]+)"/);
      const bytes = typeof data === "string" ? new Blob([data]).size : data.byteLength;
      if (found) probe.sent.push({ id: found[1], at: performance.now(), bytes });
      super.send(data);
    }
  };
})();
