import type { Browser } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { iceTestOf } from '../../lab/iceTest';
import { type BrowserName, launch } from './driver/browsers';
import { Collector, type Span } from './driver/collector';
import { seesAndHears } from './driver/media';
import { connect, Person, someone } from './driver/person';
import { Server } from './driver/server';

interface Part {
  person_id: string;
  events: { kind: string; value: string }[];
  samples: (number | null)[][];
}

/** Of the server's answers, as far as it is asked for here. */
interface Answer {
  person_id: string;
  calls: { call_id: string }[];
  parts: Part[];
}

/** What both browsers have to measure, by its place in a row: docs/protocol.md. */
const measuredByBoth = {
  score: 2,
  sound: 3,
  picture: 4,
  received_loss: 5,
  round_trip_ms: 7,
  jitter_ms: 8,
  receive_kbps: 9,
  send_kbps: 10,
  frames: 11,
  height: 12,
  frozen_ms: 13,
  sent_frames: 14,
  sent_height: 15,
};

describe('what is known of a call between Chromium and Firefox', () => {
  let collector: Collector;
  let server: Server;
  const browsers = {} as Record<BrowserName, Browser>;
  let ada: Person;
  let ben: Person;
  const ids = new Map<Person, string>();

  beforeAll(async () => {
    collector = await Collector.start();
    server = await Server.start({ 'Telemetry:OtlpEndpoint': collector.url, 'Telemetry:ExportInterval': '00:00:01' });
    for (const name of ['chromium', 'firefox'] as const) browsers[name] = await launch(name);
    ada = await Person.signUp(browsers.chromium, server.url, someone('Ada'));
    ben = await Person.signUp(browsers.firefox, server.url, someone('Ben'));
    for (const one of [ada, ben]) ids.set(one, (await ask(one, '/account/me')).person_id);
  });

  afterAll(async () => {
    await Promise.all(Object.values(browsers).map((browser) => browser.close()));
    await server?.dispose();
    await collector?.stop();
  });

  it('is told to both, in either browser, with the figures of either', async () => {
    await talk(ada, ben);
    await ada.press('Hang up');
    await ben.hasEnded('ended');
    for (const [reader, other] of [
      [ada, ben],
      [ben, ada],
    ] as const) {
      await reader.press('Return');
      await reader.press(`Report of the call with ${other.name}`);
      await reader.sees('[data-verdict]:not([data-verdict="unknown"])');
      for (const chart of ['Bitrate', 'Delay', 'Frames a second'])
        await reader.sees(`[data-chart="${chart}"] [role="img"]`);
      const words = await reader.text('[data-verdict]');
      expect(words).toMatch(/^The call was (excellent|good|poor|very poor)\. /);
      if (!words.startsWith('The call was excellent')) expect(words).not.toContain('Nothing stood out');
      for (const one of [reader, other]) await reader.sees(`[data-facts="${ids.get(one)}"]`);
    }
    for (const person of [ada, ben]) {
      const rows = (await partsOf(ada, person)).flatMap(({ samples }) => samples);
      for (const [name, column] of Object.entries(measuredByBoth))
        expect(
          rows.some((row) => row[column] !== null),
          `${name} in the browser of ${person.name}`,
        ).toBe(true);
    }
  });

  // What a page sends as it closes is in the browser's hands, and Firefox drops it now and then.
  const lastWords = { retry: 3, timeout: 60_000 };
  it.each(['firefox', 'chromium'] as const)(
    'is told by a page of %s that closes in the middle of it',
    lastWords,
    async (name) => {
      const [stays, owner] = name === 'firefox' ? [ada, ben] : [ben, ada];
      await stays.reload();
      const goes = await owner.onAnotherDevice(browsers[name]);
      const earlier = collector.spans.filter(isCall).length;
      await talk(goes, stays);
      expect(await partsOf(stays, owner)).toEqual([]);
      await goes.page.close();
      await stays.isIn('ENDED');
      await collector.until((spans) => spans.filter(isCall).length === earlier + 2);
      const told = async () => (await partsOf(stays, owner)).flatMap(({ events }) => events);
      await expect
        .poll(told, { timeout: 30_000 })
        .toContainEqual(expect.objectContaining({ kind: 'end', value: 'left' }));
      expect((await partsOf(stays, owner)).flatMap(({ samples }) => samples)).not.toEqual([]);
    },
  );

  it('leaves it open in Firefox what cannot be told of servers on the computer itself', async () => {
    await ben.reload();
    const { words, test } = await iceTestOf(ben.page, server.url);
    expect(words).toMatch(/^This cannot be told here\..*/);
    expect(words).toContain('some browsers do not ask');
    expect(test.servers.map(({ state }) => state)).toEqual(['fails', 'fails', 'fails']);
  });

  /** Long enough for a row of the report, which begins two seconds after the first media. */
  async function talk(caller: Person, callee: Person): Promise<void> {
    await connect(caller, callee);
    await Promise.all([seesAndHears(caller), seesAndHears(callee)]);
    await caller.page.waitForFunction(() =>
      /0:(0[89]|[1-5])/.test(document.querySelector('[data-duration]')?.textContent ?? ''),
    );
  }

  /** What somebody's devices have told of the last call, as the other one reads it. */
  async function partsOf(reader: Person, of: Person): Promise<Part[]> {
    const [call] = (await ask(reader, '/calls?limit=1')).calls;
    const { parts } = await ask(reader, `/calls/${call?.call_id}/report`);
    return parts.filter(({ person_id }) => person_id === ids.get(of));
  }
});

const isCall = ({ name }: Span) => name === 'call';

async function ask(person: Person, path: string): Promise<Answer> {
  return person.page.evaluate(async (address) => (await fetch(address)).json(), path) as Promise<Answer>;
}
