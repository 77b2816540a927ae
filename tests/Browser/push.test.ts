import type { Browser } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { launch } from './driver/browsers';
import { seesAndHears } from './driver/media';
import { Person, someone } from './driver/person';

const deliveryAttempts = 2;

/** Browsers fetch pushes from their makers' services; here DevTools delivers them, the rest is real. */
describe('a closed tab', () => {
  let browser: Browser;
  let ada: Person;
  let ben: Person;

  beforeAll(async () => {
    browser = await launch('chromium');
    ada = await Person.signUp(browser, inject('serverUrl'), someone('Ada'));
  });

  beforeEach(async () => {
    // A window of its own each time: service workers stay.
    ben = await Person.signUp(browser, inject('serverUrl'), someone('Ben'));
    await ada.reload();
    await ada.seesPresence(ben, 'online');
  });

  afterEach(() => ben.leaves());

  afterAll(() => browser.close());

  /** Ada calls, Ben's browser is pushed what the server pushes then, and shows one notification. */
  async function ring({ deliver, notifications, windows }: Awaited<ReturnType<typeof withServiceWorker>>) {
    await ada.calls(ben);
    await ada.isIn('RINGING');
    const payload = {
      type: 'call',
      call_id: await callIdOf(ada),
      call_type: 'video',
      caller: { person_id: 'ada', display_name: ada.name },
      ring_expires_at: new Date(Date.now() + 30_000).toISOString(),
    };
    const expected = [`${ada.name} is calling`];
    for (let attempt = 1; ; attempt++) {
      await deliver(payload);
      try {
        await expect.poll(notifications, { timeout: 10_000 }).toEqual(expected);
        return payload;
      } catch (error) {
        // DevTools answers before the worker has the message, and does not say when a busy machine lost it.
        console.error(`Push ${attempt} showed no notification; windows: ${JSON.stringify(await windows())}`);
        if (attempt === deliveryAttempts) throw error;
      }
    }
  }

  it('is told why it cannot ring where the browser refuses', async () => {
    await ben.page.browserContext().setPermission(ben.url, { permission: { name: 'notifications' }, state: 'denied' });
    await ben.reload();
    await ben.press('Settings');
    await ben.sees('[data-push-setting="refused"]');
    await ben.press('Close');
  });

  it('rings by a notification, which falls silent when the call is over', async () => {
    const worker = await withServiceWorker(ben);
    await inBackground(ben, async () => {
      const { call_id } = await ring(worker);
      await ada.press('Cancel');
      await worker.deliver({ type: 'call_over', call_id });
      await expect.poll(worker.notifications, { timeout: 20_000 }).toEqual([]);
    });
  });

  it('answers from the notification', async () => {
    const worker = await withServiceWorker(ben);
    await inBackground(ben, async () => {
      await ring(worker);
      await worker.press('answer');
      await ada.isIn('CONNECTED');
    });
    await seesAndHears(ada);
    await ada.press('Hang up');
    await ben.hasEnded('ended');
  });

  it('declines from the notification', async () => {
    const worker = await withServiceWorker(ben);
    await inBackground(ben, async () => {
      await ring(worker);
      await worker.press('decline');
      await ada.hasEnded('declined');
    });
  });
});

/** The app's own service worker, and what a push service and a person do to it. */
async function withServiceWorker(person: Person) {
  const context = person.page.browserContext();
  await context.overridePermissions(person.url, ['notifications', 'camera', 'microphone']);
  const devtools = await person.page.createCDPSession();
  const registered = new Promise<string>((resolve) => {
    devtools.on('ServiceWorker.workerVersionUpdated', ({ versions }) => {
      const active = versions.find(({ status }) => status === 'activated');
      if (active) resolve(active.registrationId);
    });
  });
  await devtools.send('ServiceWorker.enable');
  await person.page.evaluate(async () => {
    await navigator.serviceWorker.register('/service-worker.js');
    await navigator.serviceWorker.ready;
  });
  const registrationId = await registered;
  const worker = async () => {
    const target = await person.page
      .browser()
      .waitForTarget((one) => one.type() === 'service_worker' && one.browserContext() === context);
    return target.worker();
  };
  return {
    deliver: (payload: object) =>
      devtools.send('ServiceWorker.deliverPushMessage', {
        origin: person.url,
        registrationId,
        data: JSON.stringify(payload),
      }),
    notifications: () =>
      person.page.evaluate(async () => {
        const registration = await navigator.serviceWorker.ready;
        return (await registration.getNotifications()).map(({ title }) => title);
      }),
    /** What the worker knows of the tabs that are open. */
    windows: async () =>
      (await worker())?.evaluate(async () => {
        const { clients } = globalThis as unknown as {
          clients: { matchAll(of: object): Promise<{ visibilityState: string; focused: boolean }[]> };
        };
        const windows = await clients.matchAll({ type: 'window', includeUncontrolled: true });
        return windows.map(({ visibilityState, focused }) => ({ visibilityState, focused }));
      }),
    /** A press on one of the notification's buttons. */
    press: async (action: string) => {
      await (await worker())?.evaluate(async (pressed) => {
        const scope = globalThis as unknown as {
          registration: ServiceWorkerRegistration;
          dispatchEvent(event: Event): void;
          NotificationEvent: new (type: string, init: object) => Event;
        };
        const [notification] = await scope.registration.getNotifications();
        scope.dispatchEvent(new scope.NotificationEvent('notificationclick', { notification, action: pressed }));
      }, action);
    },
  };
}

/** While another tab of the same window is in front. */
async function inBackground(person: Person, act: () => Promise<void>): Promise<void> {
  const other = await person.page.browserContext().newPage();
  await other.bringToFront();
  await person.page.waitForFunction(() => document.visibilityState === 'hidden', { polling: 200 });
  await act();
  await other.close();
  await person.page.bringToFront();
}

function callIdOf(person: Person): Promise<string> {
  return person.page.evaluate(async () => {
    const { calls } = (await (await fetch('/calls?limit=1')).json()) as { calls: { call_id: string }[] };
    return calls[0]?.call_id ?? '';
  });
}
