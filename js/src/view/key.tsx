/** A key on its button; what a screen reader says of it is in `aria-keyshortcuts`. */
export function Key({ children }: { children: preact.ComponentChildren }) {
  return (
    <span class="key" aria-hidden="true">
      {children}
    </span>
  );
}
