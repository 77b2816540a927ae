import type { Person } from './person';

/**
 * Sizes and frame rates are wishes to a browser, which refuses none. From its next load on, this person's browser takes
 * them for orders, and refuses by itself what its camera cannot do.
 */
export async function takesWishesForOrders({ page }: Person): Promise<void> {
  await page.evaluateOnNewDocument(obey);
}

/** What was refused so far. */
export function refusals({ page }: Person): Promise<readonly string[]> {
  return page.evaluate(() => window.refusals ?? []);
}

declare global {
  interface Window {
    refusals?: string[];
  }
}

/** Runs in the page before its own scripts. */
function obey(): void {
  const { mediaDevices } = navigator;
  if (!mediaDevices) return;
  const order = (wish: ConstrainULong | undefined) => ({ exact: (wish as ConstrainULongRange).ideal ?? 0 });
  const capture = mediaDevices.getUserMedia.bind(mediaDevices);
  mediaDevices.getUserMedia = async (constraints = {}) => {
    const { video } = constraints;
    if (typeof video !== 'object') return capture(constraints);
    const { width, height, frameRate } = video;
    const orders = { width: order(width), height: order(height), frameRate: order(frameRate) };
    return capture({ ...constraints, video: { ...video, ...orders } }).catch((error: OverconstrainedError) => {
      window.refusals = [...(window.refusals ?? []), `${error.name}: ${error.constraint}`];
      throw error;
    });
  };
}
