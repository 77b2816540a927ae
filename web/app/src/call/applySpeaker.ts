/** A speaker that has just come may be listed a moment before it can be opened. */
const maxAttempts = 4;
const retryMs = 500;

type Output = Pick<HTMLMediaElement, 'sinkId' | 'setSinkId'>;

const applying = new WeakMap<Output, Promise<void>>();

/**
 * Plays an element on a speaker (`''`: the system's) until another is applied to it. One after the other: a change that
 * is still under way would otherwise end after a later one, and win.
 */
export function applySpeaker(media: Output, speaker: string): () => void {
  let wanted = true;
  const apply = async () => {
    for (let attempt = 1; wanted && media.sinkId !== speaker; attempt++) {
      try {
        return await media.setSinkId(speaker);
      } catch {
        // Gone at this very moment: the sound stays where it is, and the list of devices will say so.
        if (attempt === maxAttempts) return;
        await new Promise((resolve) => setTimeout(resolve, retryMs));
      }
    }
  };
  applying.set(media, (applying.get(media) ?? Promise.resolve()).then(apply));
  return () => {
    wanted = false;
  };
}
