interface KeyProps {
  /** Whether the key does something else just now: its place stays, and nothing moves. */
  isIdle?: boolean;
  children: preact.ComponentChildren;
}

/** A key on its button; what a screen reader says of it is in `aria-keyshortcuts`. */
export function Key({ isIdle = false, children }: KeyProps) {
  return (
    <span class={`key${isIdle ? " idle" : ""}`} aria-hidden="true">
      {children}
    </span>
  );
}
