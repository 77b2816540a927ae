import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { barriers } from './driver/axe';
import { launch } from './driver/browsers';
import { seesAndHears } from './driver/media';
import { Person, someone } from './driver/person';
import { PushService } from './driver/push-service';
import { Server } from './driver/server';

const folder = fileURLToPath(new URL('../../artifacts/screens/', import.meta.url));

/** From the press on “Turn on” to the notification: the server's encryption, a push service, the browser's own worker. */
describe('in Firefox, where the app is not open', () => {
  let service: PushService;
  let server: Server;
  let browser: Browser;
  let fox: Browser;
  let ada: Person;
  let ben: Person;
  let context: BrowserContext;
  /** Knows the notifications. A page without the app, in a tab that nobody sees: nothing rings in it. */
  let elsewhere: Page;

  beforeAll(async () => {
    await mkdir(folder, { recursive: true });
    service = await PushService.start();
    // The service runs on this computer.
    server = await Server.start({ 'Push:AllowPrivateEndpoints': 'true' });
    browser = await launch('chromium');
    // The browser draws notifications itself: this computer's desktop, if there is one, shows nothing of a test.
    fox = await launch('firefox', { preferences: { ...service.preferences, 'alerts.useSystemBackend': false } });
    ada = await Person.signUp(browser, server.url, someone('Ada'));
    ben = await Person.signUp(fox, server.url, someone('Ben'));
    context = ben.page.browserContext();
    elsewhere = await context.newPage();
    await elsewhere.goto(`${server.url}/service-worker.js`);
    await ben.page.bringToFront();
  });

  afterAll(async () => {
    await Promise.all([browser?.close(), fox?.close()]);
    await Promise.all([server?.dispose(), service?.dispose()]);
  });

  const decides = (state: 'granted' | 'denied') =>
    context.setPermission(server.url, { permission: { name: 'notifications' }, state });

  const notifications = () =>
    elsewhere.evaluate(async () => {
      const registration = await navigator.serviceWorker.ready;
      return (await registration.getNotifications()).map(({ title, data }) => ({ title, callId: data.call_id }));
    });

  const titles = async () => (await notifications()).map(({ title }) => title);

  async function ring(): Promise<void> {
    await ben.page.goto('about:blank');
    expect(await elsewhere.evaluate(() => document.visibilityState)).toBe('hidden');
    await ada.seesPresence(ben, 'offline');
    await ada.calls(ben);
    await expect.poll(titles, { timeout: 30_000 }).toEqual([`${ada.name} is calling`]);
  }

  async function picture(name: string): Promise<void> {
    await ben.page.screenshot({ path: `${folder}${name}-firefox-1280-light.png` });
    expect(await barriers(ben), name).toEqual([]);
  }

  it('nothing rings while notifications are blocked, and the person is told how to allow them', async () => {
    await decides('denied');
    await ben.reload();
    await ben.press('Settings');
    await ben.sees('[data-push-setting="refused"]');
    await picture('push-refused');
  });

  it('a notification rings once that is turned on, and falls silent when the call is over', async () => {
    await decides('granted');
    await ben.reload();
    await ben.press('Turn on');
    await ben.sees('[data-push="on"]');
    await picture('push-on');
    await ring();
    await ada.press('Cancel');
    await expect.poll(titles, { timeout: 30_000 }).toEqual([]);
    await ada.press('Return');
  });

  it('the page that a notification opens answers the call', async () => {
    await ring();
    const [notification] = await notifications();
    // The worker opens this address after a press, which no driver can do in Firefox.
    await ben.page.goto(`${server.url}/#answer=${notification?.callId}`);
    await Promise.all([ada, ben].map((person) => person.isIn('CONNECTED')));
    await Promise.all([ada, ben].map((person) => seesAndHears(person)));
    await ada.press('Hang up');
    await ben.hasEnded('ended');
    await expect.poll(titles, { timeout: 30_000 }).toEqual([]);
  });
});
