import type { Browser } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { launch } from './driver/browsers';
import { type Cut, type Frame, isSettled, makeCuttable, type Recording, record, recorded } from './driver/cutter';
import { connect, Person, someone } from './driver/person';

const moments = ['before', 'after'] as const;

/** Part of every set-up, in whatever order the two devices come. The answer names its candidates itself. */
const always = {
  caller: [
    ...['out join', 'in joined', 'out offer', 'out ice_candidates_batch', 'in ack', 'in call_updated'],
    ...['in answer', 'out ack', 'out media_state'],
  ],
  callee: [
    ...['out join', 'in joined', 'in offer', 'in ice_candidates_batch', 'out ack', 'out accept'],
    ...['out answer', 'in ack', 'in call_updated', 'out media_state'],
  ],
};

describe('a socket that is cut', () => {
  let browser: Browser;
  let ada: Person;
  let ben: Person;

  beforeAll(async () => {
    browser = await launch('chromium');
    ada = await Person.signUp(browser, inject('serverUrl'), someone('Ada'));
    ben = await Person.signUp(browser, inject('serverUrl'), someone('Ben'));
    for (const person of [ada, ben]) {
      await makeCuttable(person);
      await person.reload();
    }
    await ada.seesPresence(ben, 'online');
    // The first call of a browser leads through the lobby and is not like the others.
    await oneCall(ada);
  });

  afterAll(() => browser?.close());

  describe.each(['caller', 'callee'] as const)('at the side of the %s', (side) => {
    it.each(moments)('lets the call connect, %s any message of its set-up', { timeout: 300_000 }, async (moment) => {
      const who = side === 'caller' ? ada : ben;
      const setUp = (await oneCall(who)).frames.filter((frame) => frame.startsWith('call '));
      const cut = new Set<Frame>();
      for (const [frame, occurrence] of numbered(setUp)) {
        if ((await oneCall(who, { frame, occurrence, moment })).cut === null) cut.add(frame);
      }
      // Others may be missing from a call: acknowledgements and candidates of which there were fewer, a peer who came first.
      expect([...cut]).toEqual(expect.arrayContaining(always[side].map((name) => `call ${name}`)));
    });
  });

  it.each(moments)('lets the callee ring once, %s the news of the call', async (moment) => {
    expect((await oneCall(ben, { frame: 'notifications in CALL', occurrence: 1, moment })).cut).toBeNull();
  });

  /** Rings, connects by one connection on each side, and ends for both. Returns what passed at one of them until it was connected. */
  async function oneCall(who: Person, cut: Cut | null = null): Promise<Recording> {
    const people = [ada, ben];
    for (const person of people) await record(person, person === who ? cut : null);
    await connect(ada, ben, 'voice');
    await Promise.all(people.map(isSettled));
    const recording = await recorded(who);
    for (const person of people) expect(await connections(person)).toEqual(['connected']);
    await ada.press('Hang up');
    await Promise.all(people.map((person) => person.hasEnded('ended')));
    for (const person of people) {
      await person.press('Return');
      await person.atHome();
      expect(await person.page.$$('[data-call-state]')).toHaveLength(0);
    }
    await ada.seesPresence(ben, 'online');
    return recording;
  }
});

/** Each with how often there has been one like it, itself included. */
function numbered(frames: readonly Frame[]): [Frame, number][] {
  return frames.map((frame, index) => [frame, frames.slice(0, index + 1).filter((one) => one === frame).length]);
}

function connections({ page }: Person): Promise<string[]> {
  return page.evaluate(() => [...window.probe.connections].map((one) => one.connectionState));
}
