import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { iceTestOf } from '../../lab/iceTest';
import type { CallReport } from '../../web/sdk/src/api';
import { barriers } from './driver/axe';
import { type BrowserName, launch } from './driver/browsers';
import { Collector, type Span } from './driver/collector';
import { seesAndHears } from './driver/media';
import { named } from './driver/names';
import { connect, Person, someone } from './driver/person';
import { Server } from './driver/server';

const screens = fileURLToPath(new URL('../../artifacts/screens/', import.meta.url));
/** One of the demo people looks after the server. */
const operatorEmail = 'ada@demo.invalid';

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
  jitter_buffer_ms: 16,
};

describe('what is known of a call between Chromium and Firefox', () => {
  let collector: Collector;
  let server: Server;
  const browsers = {} as Record<BrowserName, Browser>;
  let ada: Person;
  let ben: Person;
  const ids = new Map<Person, string>();
  let downloads: string;

  beforeAll(async () => {
    collector = await Collector.start();
    server = await Server.start({
      'Telemetry:OtlpEndpoint': collector.url,
      'Telemetry:ExportInterval': '00:00:01',
      'Operators:0': operatorEmail,
    });
    downloads = await mkdtemp(join(tmpdir(), 'sightline-downloads-'));
    const preferences = { 'browser.download.folderList': 2, 'browser.download.dir': downloads };
    for (const name of ['chromium', 'firefox'] as const) browsers[name] = await launch(name, { preferences });
    ada = await Person.signUp(browsers.chromium, server.url, someone('Ada'));
    ben = await Person.signUp(browsers.firefox, server.url, someone('Ben'));
    for (const one of [ada, ben]) ids.set(one, (await ask(one, '/account/me')).person_id);
  });

  afterAll(async () => {
    await Promise.all(Object.values(browsers).map((browser) => browser.close()));
    await server?.dispose();
    await collector?.stop();
    await rm(downloads, { recursive: true, force: true });
  });

  it('is told to both, in either browser, with the figures of either, and kept as a file', async () => {
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
      const kept = await download(reader);
      expect(kept.call.participants.map(({ displayName }) => displayName).sort()).toEqual([ada.name, ben.name].sort());
      expect(new Set(kept.devices.map(({ personId }) => personId))).toEqual(new Set(ids.values()));
      for (const { events, samples } of kept.devices) {
        expect(events.map(({ kind }) => kind)).toContain('end');
        expect(samples.length).toBeGreaterThan(0);
        expect(samples.every(({ atMs, score }) => Number.isFinite(atMs) && (score ?? 0) <= 100)).toBe(true);
      }
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

  it('is found and opened by an operator who was not in it, and by nobody else who was not', async () => {
    const links = (await (await fetch(`${server.url}/demo/people`)).json()) as { links: { url: string }[] };
    const operator = await Person.arrive(browsers.chromium, new URL(links.links[0]?.url ?? '', server.url).href, 'Ada');
    const eve = await Person.signUp(browsers.firefox, server.url, someone('Eve'));
    const { call_id } = (await ask(ada, '/calls?limit=1')).calls[0] ?? { call_id: '' };

    await operator.atHome();
    await operator.press('Everybody');
    await operator.sees(`[data-call-id="${call_id}"] a`);
    await look(operator, 'every-call');
    await operator.page.click(`[data-call-id="${call_id}"] a`);
    await operator.sees('[data-verdict]:not([data-verdict="unknown"])');
    for (const one of [ada, ben]) await operator.sees(`[data-facts="${ids.get(one)}"]`);
    expect(await operator.text('h1')).toContain(ada.name);
    await look(operator, 'report-of-others');
    await operator.press('Back');
    await operator.fill('Call id', `Call ${call_id}: ICE failed`);
    await operator.press('Open the report');
    await operator.sees('[data-verdict]');

    expect(await eve.page.$$(named('button', 'Everybody'))).toEqual([]);
    await eve.page.goto(new URL('#calls', server.url).href);
    await eve.sees('[data-screen="every-call"][data-calls-state="failed"]');
    await eve.page.goto(new URL(`#report=${call_id}`, server.url).href);
    await eve.sees('[data-screen="report"][data-report-state="failed"]');
  });

  // What a page sends as it goes is in the browser's hands. Of windows of Firefox that close, two of three say nothing of
  // all that they should; a page there that is left for another says it, as a rule.
  for (const [name, how, goodbyes] of [
    ['firefox', 'is left', 5],
    ['chromium', 'closes', 2],
  ] as const)
    it(`is told by a page of ${name} that ${how} in the middle of it`, { retry: 0, timeout: 240_000 }, async () => {
      const [stays, owner] = name === 'firefox' ? [ada, ben] : [ben, ada];
      let told = false;
      for (let goodbye = 0; goodbye < goodbyes && !told; goodbye++) {
        await stays.reload();
        const goes = await owner.onAnotherDevice(browsers[name]);
        const earlier = collector.spans.filter(isCall).length;
        await talk(goes, stays);
        expect(await partsOf(stays, owner)).toEqual([]);
        if (how === 'closes') await goes.page.close();
        else await goes.page.goto('about:blank');
        await stays.isIn('ENDED');
        told = await saysGoodbye(stays, owner, earlier);
      }
      expect(told).toBe(true);
      expect((await partsOf(stays, owner)).flatMap(({ samples }) => samples)).not.toEqual([]);
    });

  it('leaves it open in Firefox what cannot be told of servers on the computer itself', async () => {
    await ben.reload();
    const { words, test } = await iceTestOf(ben.page, server.url);
    expect(words).toMatch(/^This cannot be told here\..*/);
    expect(words).toContain('some browsers do not ask');
    expect(test.servers.map(({ state }) => state)).toEqual(['fails', 'fails', 'fails']);
  });

  /** What lands on the disk when the button is pressed. */
  async function download(person: Person): Promise<CallReport> {
    const before = await readdir(downloads);
    const context = person.page.browserContext();
    if (context.browser() === browsers.chromium) {
      const session = await browsers.chromium.target().createCDPSession();
      const where = { browserContextId: context.id ?? '', downloadPath: downloads };
      await session.send('Browser.setDownloadBehavior', { behavior: 'allow', ...where });
    }
    await person.press('Download as JSON');
    const files = async () => (await readdir(downloads)).filter((name) => !before.includes(name));
    await expect
      .poll(files, { timeout: 30_000 })
      .toEqual([expect.stringMatching(/^call-[0-9a-f-]{36}(\(1\))?\.json$/)]);
    const [name = ''] = await files();
    const read = async () => (await readFile(join(downloads, name), 'utf8')).endsWith('}');
    await expect.poll(read, { timeout: 30_000 }).toBe(true);
    return JSON.parse(await readFile(join(downloads, name), 'utf8')) as CallReport;
  }

  async function look(person: Person, name: string): Promise<void> {
    await mkdir(screens, { recursive: true });
    await person.page.screenshot({ path: `${screens}${name}-1280-light.png` });
    expect(await barriers(person), name).toEqual([]);
  }

  /** Long enough for a row of the report, which begins two seconds after the first media. */
  async function talk(caller: Person, callee: Person): Promise<void> {
    await connect(caller, callee);
    await Promise.all([seesAndHears(caller), seesAndHears(callee)]);
    await caller.page.waitForFunction(() =>
      /0:(0[89]|[1-5])/.test(document.querySelector('[data-duration]')?.textContent ?? ''),
    );
  }

  /** Whether the one whose page went has told, in time, of the call's end: in its trace, and in its report. */
  async function saysGoodbye(stays: Person, owner: Person, earlierCalls: number): Promise<boolean> {
    const left = expect.objectContaining({ kind: 'end', value: 'left' });
    const parts = async () => {
      const events = (await partsOf(stays, owner)).flatMap(({ events }) => events);
      return { traces: collector.spans.filter(isCall).length - earlierCalls, events };
    };
    const all = { traces: 2, events: expect.arrayContaining([left]) };
    return expect
      .poll(parts, { timeout: 10_000 })
      .toEqual(all)
      .then(
        () => true,
        () => false,
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
