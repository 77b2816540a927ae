import type { Person } from './person';

declare global {
  interface Window {
    held: (() => void)[];
  }
}

/** From its next offer on, what this page says to the server waits: when two pages do so, their offers cross. */
export async function holdFromOffer({ page }: Person): Promise<void> {
  await page.evaluate(() => {
    window.held = [];
    const { prototype } = window.WebSocket;
    const { send } = prototype;
    prototype.send = function (data) {
      if (window.held.length === 0 && JSON.parse(String(data)).type !== 'offer') send.call(this, data);
      else window.held.push(() => send.call(this, data));
    };
  });
}

export async function offerIsHeld({ page }: Person): Promise<void> {
  await (await page.waitForFunction(() => window.held.length > 0)).dispose();
}

/** All that was held leaves, in its order, and nothing waits any more. */
export async function letGo({ page }: Person): Promise<void> {
  await page.evaluate(() => {
    Reflect.deleteProperty(window.WebSocket.prototype, 'send');
    for (const send of window.held.splice(0)) send();
  });
}
