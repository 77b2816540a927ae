/** A speaker that has just come may be listed a moment before it can be opened. */
const maxAttempts = 4;
const retryMs = 500;

/**
 * Chromium keeps its line to a speaker for five seconds after the last sound, also when the speaker has gone: who plays on
 * one that is back sooner than this plays into the dead line, and nobody hears it.
 */
const deadLineMs = 6_000;

type Output = Pick<HTMLMediaElement, 'sinkId' | 'setSinkId'>;

const applying = new WeakMap<Output, Promise<void>>();
const lost = new WeakMap<Output, { readonly speaker: string; readonly atMs: number }>();

/**
 * Plays an element on a speaker (`''`: the system's) until another is applied to it. One after the other: a change that
 * is still under way would otherwise end after a later one, and win.
 *
 * @param missing the speaker in whose place this one is taken, because it has gone
 */
export function applySpeaker(media: Output, speaker: string, missing: string | null = null): () => void {
  if (missing !== null) lost.set(media, { speaker: missing, atMs: performance.now() });
  let wanted = true;
  let wake = () => {};
  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const apply = async () => {
    const before = lost.get(media);
    if (wanted && before?.speaker === speaker) await pause(before.atMs + deadLineMs - performance.now());
    for (let attempt = 1; wanted && media.sinkId !== speaker; attempt++) {
      try {
        return await media.setSinkId(speaker);
      } catch {
        // Gone at this very moment: the sound stays where it is, and the list of devices will say so.
        if (attempt === maxAttempts) return;
        await pause(retryMs);
      }
    }
  };
  applying.set(media, (applying.get(media) ?? Promise.resolve()).then(apply));
  return () => {
    wanted = false;
    wake();
  };
}
