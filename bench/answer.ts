import type { Page } from 'puppeteer-core';

export interface Timing {
  connectedMs: number;
  firstFrameMs: number;
}

/** A person who sees the card needs about this long to press Answer. */
const reactionMs = 1_000;
const runLimitMs = 20_000;

/**
 * Presses the button inside the page and watches what follows, all by the page's own clock.
 * @returns `null` when it did not connect in time.
 */
export function timeAnswer(page: Page, button: string): Promise<Timing | null> {
  return page.evaluate(
    async (name, waitMs, limitMs) => {
      await new Promise((resolve) => setTimeout(resolve, waitMs));
      const answer = [...document.querySelectorAll('button')].find(
        (element) => (element.ariaLabel ?? element.textContent ?? '').trim() === name,
      );
      if (!answer) throw new Error(`There is no button "${name}".`);

      // The app shows its video element after the click, the bare page has it from the start.
      const firstFrame = (async () => {
        for (;;) {
          const video = document.querySelector<HTMLVideoElement>('video[data-remote]');
          if (video)
            return new Promise<number>((resolve) => video.requestVideoFrameCallback(() => resolve(performance.now())));
          await new Promise((resolve) => requestAnimationFrame(resolve));
        }
      })();
      const connected = new Promise<number>((resolve) => {
        window.probe.onConnected = resolve;
      });

      const clickedAt = performance.now();
      answer.click();
      const limit = new Promise<null>((resolve) => setTimeout(() => resolve(null), limitMs));
      const times = await Promise.race([Promise.all([connected, firstFrame]), limit]);
      return times && { connectedMs: times[0] - clickedAt, firstFrameMs: times[1] - clickedAt };
    },
    button,
    reactionMs,
    runLimitMs,
  );
}

/** Nearest rank, to a tenth of a millisecond; `null` where there is no value. */
export function percentile(values: readonly number[], percent: number): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)];
  return value === undefined ? null : Math.round(value * 10) / 10;
}
