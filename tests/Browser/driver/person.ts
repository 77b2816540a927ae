import { randomUUID } from 'node:crypto';
import type { Browser, Page } from 'puppeteer-core';
import { timeoutMs } from './browsers';
import { named, type Role } from './names';
import { openPage } from './page';

export type CallState = 'INITIATING' | 'RINGING' | 'CONNECTING' | 'CONNECTED' | 'RECONNECTING' | 'ENDING' | 'ENDED';

export interface Window {
  width?: number;
  height?: number;
}

export const password = 'a long enough secret';

/** A name that nobody else has: the tests share a server, and people are found by their names. */
export function someone(firstName: string): string {
  return `${firstName} ${randomUUID().slice(0, 6)}`;
}

/** A person in front of one window of the real app, who finds things by their names. */
export class Person {
  private constructor(
    readonly name: string,
    readonly email: string,
    readonly page: Page,
    readonly url: string,
  ) {}

  /** Opens a window with cookies of its own. */
  static async arrive(browser: Browser, url: string, name: string, size: Window = {}): Promise<Person> {
    return Person.#open(browser, url, name, `${randomUUID()}@example.org`, size);
  }

  static async #open(browser: Browser, url: string, name: string, email: string, size: Window): Promise<Person> {
    const page = await openPage(browser, size.width, size.height);
    await page.goto(url);
    return new Person(name, email, page, url);
  }

  /** A new account, made on the app's own page. */
  static async signUp(browser: Browser, url: string, name: string, size: Window = {}): Promise<Person> {
    const person = await Person.arrive(browser, url, name, size);
    await person.signUp();
    return person;
  }

  /** The same person on one more device. */
  async onAnotherDevice(browser: Browser, size: Window = {}): Promise<Person> {
    const device = await Person.#open(browser, this.url, this.name, this.email, size);
    await device.signIn();
    return device;
  }

  async signUp(): Promise<void> {
    await this.press('Create an account', 'link');
    await this.fill('Your name', this.name);
    await this.fill('E-mail', this.email);
    await this.fill('Password', password);
    await this.press('Create account');
    await this.atHome();
  }

  async signIn(secret = password): Promise<void> {
    await this.fill('E-mail', this.email);
    await this.fill('Password', secret);
    await this.press('Sign in');
    if (secret === password) await this.atHome();
  }

  /** Presses what has this accessible name, as a person would: when it is shown and at rest, and again after a miss. */
  async press(name: string, role: Role = 'button'): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    for (let hit = false; !hit; ) {
      if (Date.now() > deadline) throw new Error(`The ${role} "${name}" cannot be pressed: something covers it.`);
      // Not a locator: it keeps its handle, and with it every page part that was ever pressed.
      const element = await this.page.waitForSelector(named(role, name), { visible: true });
      await element?.evaluate(awaitPress);
      await element?.click();
      hit = (await element?.evaluate(wasPressed)) === true;
      await element?.dispose();
    }
  }

  async fill(label: string, text: string): Promise<void> {
    await this.page.locator(named('field', label)).setTimeout(timeoutMs).fill(text);
  }

  /** Waits until something is on the page, and shown. */
  async sees(selector: string): Promise<void> {
    const element = await this.page.waitForSelector(selector, { visible: true });
    // A handle that is kept would keep what the page has long thrown away.
    await element?.dispose();
  }

  async seesNo(selector: string): Promise<void> {
    await (await this.page.waitForSelector(selector, { hidden: true }))?.dispose();
  }

  async text(selector: string): Promise<string> {
    await this.sees(selector);
    return this.page.$eval(selector, (element) => element.textContent ?? '');
  }

  /** Home, with the notification socket up: calls ring here. */
  async atHome(): Promise<void> {
    await this.sees('[data-screen="home"]');
    await this.page.waitForFunction(() => !document.querySelector('[data-service]'));
  }

  /** Leaves whatever is on the screen. */
  async reload(): Promise<void> {
    await this.page.goto('about:blank');
    await this.page.goto(this.url);
    await this.atHome();
  }

  async seesPresence(of: Person, presence: 'online' | 'in_call' | 'offline'): Promise<void> {
    await this.page.waitForFunction(
      (name, wanted) =>
        [...document.querySelectorAll('li[data-person]')].some(
          (row) => row.textContent?.includes(name) && row.querySelector(`[data-presence="${wanted}"]`),
        ),
      {},
      of.name,
      presence,
    );
  }

  /** Presses the button that calls; the first call of a browser leads through the lobby. */
  async calls(other: Person, kind: 'video' | 'voice' = 'video'): Promise<void> {
    await this.press(`Call ${other.name} with ${kind}`);
    await this.passesLobby();
  }

  async passesLobby(): Promise<void> {
    await this.sees('[data-screen="lobby"], main[data-screen="call"]');
    if (await this.page.$('[data-screen="lobby"]')) await this.press('Start call');
  }

  /** Rings several people at once. */
  async callsTogether(others: readonly Person[]): Promise<void> {
    await this.press('Group call');
    for (const other of others) await this.page.locator(named('field', other.name)).setTimeout(timeoutMs).click();
    await this.press('Call with video');
    await this.passesLobby();
  }

  async isRungBy(other: Person): Promise<void> {
    const card = '[data-call-state="INCOMING"]';
    await this.sees(card);
    await this.page.waitForFunction(
      (selector, name) => document.querySelector(selector)?.textContent?.includes(name),
      {},
      card,
      other.name,
    );
  }

  /** Waits until each of these has a tile, and nobody else. */
  async isWith(...others: Person[]): Promise<void> {
    for (const other of others) await this.sees(tileOf(other));
    await this.page.waitForFunction(
      (count) => document.querySelectorAll('[data-peer][role="group"]').length === count,
      {},
      others.length,
    );
  }

  async isIn(...states: CallState[]): Promise<void> {
    await this.sees(states.map((state) => `main[data-screen="call"][data-call-state="${state}"]`).join(', '));
  }

  async hasEnded(reason: string): Promise<void> {
    await this.sees(`main[data-call-state="ENDED"][data-end-reason="${reason}"]`);
  }

  /** What the page holds open at this moment. */
  async holdsOpen(): Promise<Record<string, number>> {
    return this.page.evaluate(() => window.probe.open());
  }

  async leaves(): Promise<void> {
    await this.page.browserContext().close();
  }
}

/** Where somebody is seen. */
export function tileOf(person: Person): string {
  return `[data-peer][aria-label="${person.name}"]`;
}

/** Runs in the page: waits until the element can be pressed and does not move, then listens. */
async function awaitPress(element: Element): Promise<void> {
  for (let last = ''; ; ) {
    const { x, y } = element.getBoundingClientRect();
    if (`${x},${y}` === last && !element.matches(':disabled')) break;
    last = `${x},${y}`;
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
  element.addEventListener('click', () => Reflect.set(element, 'wasPressed', true), { once: true, capture: true });
}

/** Runs in the page: what moved away under the pointer was not. */
function wasPressed(element: Element): boolean {
  return Reflect.get(element, 'wasPressed') === true;
}

/** The whole first minute of a call: it rings, is answered, and both are connected. */
export async function connect(caller: Person, callee: Person, kind: 'video' | 'voice' = 'video'): Promise<void> {
  await caller.calls(callee, kind);
  await callee.isRungBy(caller);
  await callee.press(`Answer with ${kind}`);
  await Promise.all([caller.isIn('CONNECTED'), callee.isIn('CONNECTED')]);
}
