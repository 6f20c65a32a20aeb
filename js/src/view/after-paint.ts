/**
 * Does some work once what stands now is on screen, and the frame after it too: what is done between the
 * two is in the way of both. Gives how to call it off.
 */
export function afterPaint(work: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  // A hidden page paints nothing, so it gives no animation frames either.
  const late = setTimeout(work, 250);
  let frame = requestAnimationFrame(() => {
    clearTimeout(late);
    frame = requestAnimationFrame(() => {
      timer = setTimeout(work, 0);
    });
  });
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(late);
    clearTimeout(timer);
  };
}
