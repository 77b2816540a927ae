import type { Browser } from 'puppeteer-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type BrowserName, launch } from './driver/browsers';
import { seesAndHears } from './driver/media';
import { named } from './driver/names';
import { connect, Person, someone } from './driver/person';
import { processId, signalTree, whileFrozen } from './driver/processes';
import { Server } from './driver/server';

const incoming = '[data-call-state="INCOMING"]';

describe('ringing is decided once', () => {
  let server: Server;
  let browser: Browser;
  let fox: Browser;
  let ada: Person;
  let cyd: Person;
  /** In a browser each: the one who is rung. */
  let bens: Record<BrowserName, Person>;

  beforeAll(async () => {
    // Nobody needs to ring, or to be waited for, as long as in life.
    server = await Server.start({ 'Calls:RingTimeout': '00:00:20', 'Calls:Grace': '00:00:06' });
    [browser, fox] = await Promise.all([launch('chromium'), launch('firefox')]);
    ada = await Person.signUp(browser, server.url, someone('Ada'));
    cyd = await Person.signUp(browser, server.url, someone('Cyd'));
    bens = {
      chromium: await Person.signUp(browser, server.url, someone('Ben')),
      firefox: await Person.signUp(fox, server.url, someone('Ben')),
    };
  });

  afterAll(async () => {
    await Promise.all([browser?.close(), fox?.close()]);
    await server?.dispose();
  });

  async function allAreThere(ben: Person): Promise<void> {
    await Promise.all([ada, ben, cyd].map((person) => person.reload()));
    await ada.seesPresence(ben, 'online');
    await cyd.seesPresence(ben, 'online');
  }

  describe.each(['chromium', 'firefox'] as const)('for somebody in %s, it', (name) => {
    let ben: Person;

    beforeEach(async () => {
      ben = bens[name];
      await allAreThere(ben);
    });

    it('joins two people who call each other at the same moment in one call', async () => {
      const before = await callsOf(ada);
      await whileFrozen(server.processId, async () => {
        await Promise.all([ada.calls(ben), ben.calls(ada)]);
        await Promise.all([ada.isIn('INITIATING'), ben.isIn('INITIATING')]);
      });
      await Promise.all([ada.isIn('CONNECTED'), ben.isIn('CONNECTED')]);
      await Promise.all([seesAndHears(ada), seesAndHears(ben)]);
      expect((await callsOf(ada)) - before).toBe(1);
      await ada.press('Hang up');
      await Promise.all([ada.hasEnded('ended'), ben.hasEnded('ended')]);
    });

    it('is missed when nobody answers in time, and stays on the badge until it is looked at', async () => {
      // On a phone, the list of calls is behind a button; on a wide screen it is always in sight.
      await ben.page.goto('about:blank');
      const phone = await ben.onAnotherDevice(ben.page.browser(), { width: 390, height: 844 });
      await cyd.seesPresence(ben, 'online');
      await cyd.calls(ben);
      await phone.isRungBy(cyd);
      await cyd.hasEnded('missed');
      await phone.seesNo(incoming);
      expect(await phone.text('[data-notice]')).toContain(cyd.name);
      await phone.sees('nav [data-missed-calls="1"]');
      await phone.reload();
      await phone.sees('nav [data-missed-calls="1"]');
      await phone.press('Recent');
      await phone.sees('li[data-outcome="missed"]');
      await phone.seesNo('nav [data-missed-calls]');
      await phone.leaves();
    });

    it('rings whoever signs in while it rings', async () => {
      await ben.press('Sign out');
      await ben.sees('[data-screen="sign-in"]');
      await ada.calls(ben);
      await ada.isIn('RINGING');
      await ben.signIn();
      await ben.isRungBy(ada);
      await ben.press('Answer with video');
      await Promise.all([ada.isIn('CONNECTED'), ben.isIn('CONNECTED')]);
      await ben.press('Hang up');
      await ada.hasEnded('ended');
    });

    describe('to a person who talks already', () => {
      beforeEach(async () => {
        await connect(ada, ben);
        await cyd.calls(ben);
        await ben.isRungBy(cyd);
      });

      it('is busy when declined, and the first call goes on', async () => {
        await ben.press('Decline');
        await cyd.hasEnded('busy');
        await Promise.all([seesAndHears(ada), seesAndHears(ben)]);
        await ada.press('Hang up');
        await ben.hasEnded('ended');
      });

      it('waits while the first is on hold, and one can go to and fro', async () => {
        await ben.press('Turn microphone off');
        await ben.press('Hold and answer');
        await cyd.isIn('CONNECTED');
        await ada.sees('[data-remote-hold]');
        await seesAndHears(cyd);
        await ben.sees('[data-held-call]');
        await ben.press(`Switch to ${ada.name}`);
        await ada.seesNo('[data-remote-hold]');
        await cyd.sees('[data-remote-hold]');
        await seesAndHears(ben);
        // What the person turned off before stays off.
        await ben.sees(named('button', 'Turn microphone on'));
        await ben.press(`End the call with ${cyd.name}`);
        await cyd.hasEnded('ended');
        await ada.press('Hang up');
        await ben.hasEnded('ended');
      });

      it('takes over when the first is hung up for it', async () => {
        await ben.press('Hang up and answer');
        await ada.hasEnded('ended');
        await Promise.all([cyd.isIn('CONNECTED'), ben.isIn('CONNECTED')]);
        await Promise.all([seesAndHears(cyd), seesAndHears(ben)]);
        await cyd.press('Hang up');
        await ben.hasEnded('ended');
      });

      it('is busy at once for a third who calls meanwhile', async () => {
        const dan = await Person.signUp(browser, server.url, someone('Dan'));
        await dan.seesPresence(ben, 'in_call');
        await dan.calls(ben);
        await dan.hasEnded('busy');
        await dan.leaves();
      });
    });
  });

  it('falls silent when the browser of the caller dies', async () => {
    const ben = bens.firefox;
    await allAreThere(ben);
    const elsewhere = await launch('chromium');
    const dan = await Person.signUp(elsewhere, server.url, someone('Dan'));
    await dan.seesPresence(ben, 'online');
    await dan.calls(ben);
    await ben.isRungBy(dan);
    signalTree(processId(elsewhere), 'SIGKILL');
    await ben.seesNo(incoming);
    expect(await ben.text('[data-notice]')).toContain(dan.name);
  });

  it('goes on ringing through a restart of the server, and is missed in time', async () => {
    // Both browsers come back by themselves.
    const ben = bens.firefox;
    await allAreThere(ben);
    await ada.calls(ben);
    await ben.isRungBy(ada);
    await server.stop('SIGKILL');
    await server.start();
    await ada.hasEnded('missed');
    await ben.seesNo(incoming);
  });
});

/** How many calls the server knows of, as this person's own page would ask. */
function callsOf(person: Person): Promise<number> {
  return person.page.evaluate(async () => {
    const response = await fetch('/calls?limit=200');
    return ((await response.json()) as { calls: unknown[] }).calls.length;
  });
}
