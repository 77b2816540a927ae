import type { Browser } from 'puppeteer-core';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { launch } from './driver/browsers';
import { seesAndHearsEach } from './driver/media';
import { named } from './driver/names';
import { connect, Person, someone, tileOf } from './driver/person';

describe('several people', () => {
  let browser: Browser;
  let fox: Browser;
  let ada: Person;
  let ben: Person;
  let cyd: Person;
  let dan: Person;
  /** In the call of four in Firefox's place: with it, such a call did not come up within two minutes on two slow cores. */
  let eve: Person;

  beforeAll(async () => {
    // Four pages that each encode and decode three pictures, on as few as two cores.
    browser = await launch('chromium', { framesPerSecond: 5 });
    fox = await launch('firefox');
    ada = await Person.signUp(browser, inject('serverUrl'), someone('Ada'));
    ben = await Person.signUp(browser, inject('serverUrl'), someone('Ben'));
    cyd = await Person.signUp(fox, inject('serverUrl'), someone('Cyd'));
    dan = await Person.signUp(browser, inject('serverUrl'), someone('Dan'));
    eve = await Person.signUp(browser, inject('serverUrl'), someone('Eve'));
  });

  beforeEach(async () => {
    await Promise.all([ada, ben, cyd, dan, eve].map((person) => person.reload()));
    for (const other of [ben, cyd, dan, eve]) await ada.seesPresence(other, 'online');
  });

  afterAll(async () => {
    await Promise.all([browser?.close(), fox?.close()]);
  });

  it('are rung together, and talk as four', async () => {
    await ada.callsTogether([ben, eve, dan]);
    await Promise.all([ben, eve, dan].map((person) => person.isRungBy(ada)));
    for (const person of [ben, eve, dan]) await person.press('Answer with video');
    const all = [ada, ben, eve, dan];
    await Promise.all(all.map((person) => person.isIn('CONNECTED')));
    for (const person of all) await person.isWith(...all.filter((other) => other !== person));
    for (const person of all) await seesAndHearsEach(person, 3);

    // One of several who hangs up leaves; the others go on.
    await ada.press('Hang up');
    await ada.hasEnded('left');
    for (const person of [ben, eve, dan]) await person.isWith(...[ben, eve, dan].filter((other) => other !== person));
    await seesAndHearsEach(ben, 2);
    await ben.press('Hang up');
    await eve.press('Hang up');
    await dan.hasEnded('ended');
  });

  it('grow by one who is added, shrink by one who declines, and take back one who left', async () => {
    await connect(ada, ben);
    await ada.press('Add people');
    await ada.press(`Add ${cyd.name}`);
    await cyd.isRungBy(ada);
    await ada.press(`Add ${dan.name}`);
    await dan.isRungBy(ada);
    await dan.press('Decline');
    await cyd.press('Answer with video');
    for (const [person, others] of [
      [ada, [ben, cyd]],
      [ben, [ada, cyd]],
      [cyd, [ada, ben]],
    ] as const) {
      await person.isWith(...others);
      await seesAndHearsEach(person, 2);
    }
    await ada.sees(`li[data-standing="declined"]`);

    await ben.press('Hang up');
    await ben.hasEnded('left');
    await ada.isWith(cyd);
    await ben.press('Rejoin');
    await Promise.all([ada.isWith(ben, cyd), cyd.isWith(ada, ben), ben.isWith(ada, cyd)]);
    await seesAndHearsEach(ben, 2);

    // Whoever reloads comes back from the list of calls.
    await cyd.reload();
    await ada.isWith(ben);
    await cyd.press(`Rejoin the call with ${ada.name}, ${ben.name} and ${dan.name}`);
    await Promise.all([ada.isWith(ben, cyd), cyd.isWith(ada, ben)]);
    await ada.press('Hang up');
    await ben.press('Hang up');
    await cyd.hasEnded('ended');
  });

  it('see who speaks, is muted, raises a hand and reacts, and write to each other', async () => {
    await ada.callsTogether([ben, cyd]);
    for (const person of [ben, cyd]) await person.press('Answer with video');
    await ada.isWith(ben, cyd);

    // The fake microphones of both browsers speak all the time; one that is muted does not.
    await ben.press('Turn microphone off');
    await ada.sees(`${tileOf(ben)} [data-remote-microphone="off"]`);
    await ada.sees(`${tileOf(cyd)}[data-speaking]`);
    await ada.seesNo(`${tileOf(ben)}[data-speaking]`);
    for (const other of [ben, cyd]) {
      await ada.sees(`${tileOf(other)} [data-peer-quality]:not([data-peer-quality="unknown"])`);
    }

    await cyd.press('Raise hand');
    await Promise.all([ada, ben].map((person) => person.sees(`${tileOf(cyd)} [data-remote-hand="raised"]`)));
    await cyd.press('Lower hand');
    await ada.seesNo(`${tileOf(cyd)} [data-remote-hand="raised"]`);

    await ben.press('React');
    await ben.press('React with applause');
    await Promise.all([ada, ben, cyd].map((person) => person.sees('[data-reaction]')));

    await cyd.press('Chat');
    await cyd.fill('Message', 'Can everybody read this?');
    await cyd.press('Send');
    await ada.sees(named('button', 'Chat, 1 unread'));
    await ada.press('Chat, 1 unread');
    expect(await ada.text('[data-message="theirs"]')).toContain('Can everybody read this?');
    await ada.fill('Message', 'I can.');
    await ada.press('Send');
    await cyd.sees('[data-message="theirs"]');
    expect(await cyd.text('[data-message="theirs"]')).toContain('I can.');

    await ada.press('Show the speaker large');
    await ada.sees('[data-featured]');
    await ada.press('Show everybody alike');
    await ada.seesNo('[data-featured]');
    for (const person of [ada, ben]) await person.press('Hang up');
    await cyd.hasEnded('ended');
  });
});
