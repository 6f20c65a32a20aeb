/** A side as it stands: beside the other, or above and below it where there is no room. */
export function Side({ wide, narrow }: { wide: string; narrow: string }) {
  return (
    <>
      <span class="wide">{wide}</span>
      <span class="narrow">{narrow}</span>
    </>
  );
}

const SIDES: Record<string, preact.ComponentChild> = {
  Left: <Side wide="Left" narrow="First" />,
  Right: <Side wide="Right" narrow="Second" />,
};

/** A text that begins with a side, by the name that the side has where there is no room. */
export function withSide(text: string): preact.ComponentChild {
  const [first = "", ...rest] = text.split(" ");
  return (
    <>
      {SIDES[first] ?? first}
      {rest.length > 0 && ` ${rest.join(" ")}`}
    </>
  );
}
