import type { Browser } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { launch } from './driver/browsers';
import { enter, focusIsAt, focusIsOn, tabTo } from './driver/keys';
import { seesAndHears } from './driver/media';
import { named } from './driver/names';
import { Person, someone } from './driver/person';

let there: Browser;
let here: Browser | undefined;
let ben: Person;

beforeAll(async () => {
  there = await launch('chromium');
  ben = await Person.signUp(there, inject('serverUrl'), someone('Ben'));
});

beforeEach(() => ben.reload());

afterEach(async () => {
  await here?.close();
  here = undefined;
});

afterAll(() => there?.close());

const type = (person: Person, words: string) => person.page.keyboard.type(words);
const key = (person: Person, ...names: Parameters<Person['page']['keyboard']['press']>[0][]) =>
  names.reduce((before, name) => before.then(() => person.page.keyboard.press(name)), Promise.resolve());

describe.each(['chromium', 'firefox'] as const)('in %s, the keyboard alone', (name) => {
  let ada: Person;

  beforeEach(async () => {
    here = await launch(name);
    ada = await Person.signUp(here, inject('serverUrl'), someone('Ada'));
    // From now on no pointer.
    await ada.reload();
    await ada.seesPresence(ben, 'online');
  });

  it('is enough for a whole call', async () => {
    const call = `Call ${ben.name} with video`;
    await tabTo(ada, 'Search people', 'field');
    await type(ada, ben.name);
    await ada.page.waitForFunction(() => document.querySelectorAll('li[data-person]').length === 1);
    await enter(ada, call);
    await startsFromLobby(ada, call);
    await answers(ben, ada);
    await Promise.all([ada.isIn('CONNECTED'), ben.isIn('CONNECTED')]);
    await Promise.all([seesAndHears(ada), seesAndHears(ben)]);

    for (const [letter, device] of [
      ['m', 'microphone'],
      ['v', 'camera'],
    ] as const) {
      await key(ada, letter);
      await ada.sees(named('button', `Turn ${device} on`));
      await ben.sees(`[data-remote-${device}="off"]`);
      await key(ada, letter);
      await ben.seesNo(`[data-remote-${device}="off"]`);
    }
    await seesAndHears(ben);

    // In the order in which they stand: at the end, Tab leads on into the browser's own bars.
    await movesOwnPicture(ada);
    await opensMenu(ada, 'Share screen');
    await reacts(ada, ben);
    await chats(ada, ben);
    await opensMenu(ada, 'More');
    await ada.isIn('CONNECTED');
    await enter(ada, 'Hang up');
    await Promise.all([ada.hasEnded('ended'), ben.hasEnded('ended')]);
    await Promise.all([ada, ben].map((person) => isTold(person, 'Call ended.')));
    await focusIsAt(ada, 'main[data-screen="call"]');
    await Promise.all([enter(ada, 'Return'), enter(ben, 'Return')]);
    await Promise.all([ada.atHome(), ben.atHome()]);
    // Back where the call began.
    await focusIsOn(ada, call);
  });

  it('opens the dialogs of the first page, and comes back from them', async () => {
    for (const dialog of ['Settings', 'Group call'] as const) {
      await enter(ada, dialog);
      await focusIsAt(ada, 'dialog[open]');
      await key(ada, 'Tab', 'Tab');
      await key(ada, 'Escape');
      await ada.seesNo('dialog');
      await focusIsOn(ada, dialog);
    }
  });
});

/** By a screen reader. */
async function isTold(person: Person, sentence: string): Promise<void> {
  await person.page.waitForFunction(
    (beginning) => document.querySelector('[data-announcer]')?.textContent?.startsWith(beginning),
    {},
    sentence,
  );
}

/** Looks around first: the switches, and the way back. */
async function startsFromLobby(person: Person, from: string): Promise<void> {
  await focusIsAt(person, '[data-screen="lobby"] h1');
  await person.page.keyboard.down('Shift');
  await key(person, 'Tab');
  await person.page.keyboard.up('Shift');
  await focusIsOn(person, 'Back');
  await key(person, 'Enter');
  await focusIsOn(person, from);
  await key(person, 'Enter');
  await focusIsAt(person, '[data-screen="lobby"] h1');
  await tabTo(person, 'Camera on', 'field');
  await key(person, ' ');
  await person.sees('[data-mirror="off"]');
  await key(person, ' ');
  await person.seesNo('[data-mirror="off"]');
  await enter(person, 'Start call');
  await focusIsAt(person, 'main[data-screen="call"]');
}

/** The card has the focus itself: whoever types at this moment neither answers nor declines. */
async function answers(person: Person, caller: Person): Promise<void> {
  await person.isRungBy(caller);
  await focusIsAt(person, '[role="dialog"][data-call-state="INCOMING"], dialog[data-call-state="INCOMING"]');
  await key(person, 'Enter', 'Escape');
  await enter(person, 'Answer with video');
}

/** Each menu gives the focus back to its button, and Escape ends no call. */
async function opensMenu(person: Person, menu: string): Promise<void> {
  await enter(person, menu);
  await focusIsAt(person, '.popover [role="dialog"]');
  await key(person, 'Tab', 'Escape');
  await person.seesNo('.popover [role="dialog"]');
  await focusIsOn(person, menu);
}

async function reacts(person: Person, other: Person): Promise<void> {
  await enter(person, 'React');
  await enter(person, 'React with thumbs up');
  await other.sees('[data-reaction="👍"]');
  await focusIsOn(person, 'React');
}

/** The one opens the chat by its button, the other by its letter. */
async function chats(person: Person, other: Person): Promise<void> {
  await enter(person, 'Chat');
  await focusIsOn(person, 'Message', 'field');
  await type(person, 'Can you come?');
  await key(person, 'Enter');
  await focusIsOn(person, 'Message', 'field');
  await other.sees(named('button', 'Chat, 1 unread'));
  await key(other, 'c');
  await focusIsOn(other, 'Message', 'field');
  expect(await other.text('[data-message="theirs"] .message-text')).toBe('Can you come?');
  await type(other, 'May vans move?');
  await key(other, 'Enter', 'Escape');
  await other.seesNo('[data-panel="chat"]');
  await focusIsAt(other, 'main[data-screen="call"]');
  await person.sees('[data-message="theirs"]');
  await key(person, 'Escape');
  await person.seesNo('[data-panel="chat"]');
  await focusIsOn(person, 'Chat');
  // The letters were words, and no commands.
  for (const device of ['microphone', 'camera']) await other.sees(named('button', `Turn ${device} off`));
}

async function movesOwnPicture(person: Person): Promise<void> {
  await tabTo(person, 'Move your picture');
  const corner = () => person.page.$eval('[data-corner]', (element) => (element as HTMLElement).dataset.corner);
  expect(await corner()).toBe('bottom-right');
  await key(person, 'ArrowLeft');
  await person.sees('[data-corner="bottom-left"]');
  await key(person, 'ArrowUp');
  await person.sees('[data-corner="top-left"]');
}
