import { readFileSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import type { Browser } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BrowserName, launch } from './driver/browsers';
import { Collector, type Span } from './driver/collector';
import { seesAndHears } from './driver/media';
import { connect, Person, someone } from './driver/person';
import { processId, whileFrozen } from './driver/processes';
import { addressesOfThisMachine, Secrets } from './driver/secrets';
import { Server } from './driver/server';

const token = 'the-token-of-prometheus';
/** What begins before the other begins. */
const begins: readonly (readonly [string, string])[] = [
  ['initiate', 'ring'],
  ['create_offer', 'set_remote'],
];
/** What ends before the other ends. A caller may be connected before the server's word that the other has answered. */
const ends: readonly (readonly [string, string])[] = [
  ['initiate', 'ring'],
  ['create_offer', 'set_remote'],
  ['ice_connected', 'first_frame'],
];
/** All clocks are this machine's, but each process reads it by itself. */
const clocksApartMs = 3;

describe('a call that is watched', () => {
  const lines: string[] = [];
  const watched = new Map<Person, Secrets>();
  let collector: Collector;
  let server: Server;
  let browser: Browser;
  let ada: Person;
  let ben: Person;

  beforeAll(async () => {
    collector = await Collector.start();
    server = await Server.start(
      {
        'Telemetry:OtlpEndpoint': collector.url,
        'Telemetry:ExportInterval': '00:00:01',
        'Telemetry:MetricsToken': token,
        'Logging:LogLevel:Default': 'Debug',
      },
      undefined,
      (line) => lines.push(line),
    );
    browser = await launch('chromium');
    ada = await arrives('Ada');
    ben = await arrives('Ben');
  });

  afterAll(async () => {
    await browser?.close();
    await server?.dispose();
    await collector?.stop();
  });

  it('is one tree from the click of the one to the first picture of both', async () => {
    await ada.reload();
    await ada.seesPresence(ben, 'online');
    const times = { click: Date.now(), seen: 0, hangUp: 0, ended: 0 };
    await connect(ada, ben);
    await Promise.all([seesAndHears(ada), seesAndHears(ben)]);
    times.seen = Date.now();
    await collector.until((spans) => spans.filter(({ name }) => name === 'first_frame').length === 2);
    times.hangUp = Date.now();
    await ada.press('Hang up');
    await ben.hasEnded('ended');
    times.ended = Date.now();
    await collector.until((spans) => spans.filter(({ name }) => name === 'call').length === 2);
    await collector.until((spans) => spans.some(({ name }) => name === 'call.end'));

    const traceId = collector.spans.find(({ name }) => name === 'create_offer')?.traceId;
    const spans = collector.spans.filter((span) => span.traceId === traceId);
    const roots = spans.filter(({ parentId }) => parentId === '');
    expect(roots.map(({ name, spanId }) => [name, spanId])).toEqual([['call', traceId?.slice(16)]]);
    const ids = new Set(spans.map(({ spanId }) => spanId));
    expect(spans.filter(({ parentId }) => parentId !== '' && !ids.has(parentId))).toEqual([]);

    const [root] = roots as [Span];
    const other = spans.find(({ name, spanId }) => name === 'call' && spanId !== root.spanId) as Span;
    expect(other.parentId).toBe(root.spanId);
    const of = (parent: Span) => spans.filter(({ parentId }) => parentId === parent.spanId).map(({ name }) => name);
    const both = ['ring', 'capture', 'set_remote', 'ice_gathering', 'ice_connected', 'first_frame'];
    expect(of(root)).toEqual(expect.arrayContaining([...both, 'initiate', 'create_offer', 'POST /calls/initiate']));
    expect(of(root)).toEqual(expect.arrayContaining(['call.accept', 'call.end']));
    expect(of(other)).toEqual(expect.arrayContaining([...both, 'create_answer']));
    expect(spans.find(({ name }) => name === 'call.initiate')?.parentId).toBe(
      spans.find(({ name }) => name === 'POST /calls/initiate')?.spanId,
    );

    for (const span of spans) expect(span.endMs, span.name).toBeGreaterThanOrEqual(span.startMs);
    // What a page did lies within its call; two clocks of one browser may be a millisecond apart.
    for (const parent of [root, other])
      for (const span of spans.filter(({ parentId, name }) => parentId === parent.spanId && both.includes(name))) {
        expect(span.startMs, span.name).toBeGreaterThanOrEqual(parent.startMs - 2);
        expect(span.endMs, span.name).toBeLessThanOrEqual(parent.endMs + 2);
      }
    for (const parent of [root, other]) {
      const has = (name: string) => spans.find((span) => span.name === name && span.parentId === parent.spanId);
      for (const [order, edge] of [[begins, 'startMs'] as const, [ends, 'endMs'] as const])
        for (const [before, after] of order) {
          const [first, second] = [has(before), has(after)];
          if (first === undefined || second === undefined) expect(parent, `${before}, ${after}`).toBe(other);
          else expect(first[edge], `${before} before ${after}`).toBeLessThanOrEqual(second[edge] + clocksApartMs);
        }
      // What the test itself has seen by the clock.
      const [connected, frame] = [has('ice_connected'), has('first_frame')] as [Span, Span];
      for (const at of [parent.startMs, connected.endMs, frame.endMs]) {
        expect(at).toBeGreaterThanOrEqual(times.click - clocksApartMs);
        expect(at).toBeLessThanOrEqual(times.seen + clocksApartMs);
      }
      expect(parent.endMs).toBeGreaterThanOrEqual(times.hangUp - clocksApartMs);
      expect(parent.endMs).toBeLessThanOrEqual(times.ended + clocksApartMs);
    }
    // Through the server: it rings there when the one has called, and until the person there has answered.
    const one = (name: string, parent: Span) =>
      spans.find((span) => span.name === name && span.parentId === parent.spanId) as Span;
    const [called, rang, accepted] = [one('initiate', root), one('ring', other), one('call.accept', root)];
    expect(rang.startMs).toBeGreaterThanOrEqual(called.startMs - clocksApartMs);
    expect(accepted.endMs).toBeGreaterThanOrEqual(rang.endMs - clocksApartMs);
    expect(one('ice_connected', other).endMs).toBeGreaterThanOrEqual(rang.endMs - clocksApartMs);
  });

  it('is counted, and its browsers’ words are in the log by name', async () => {
    const metrics = await read();
    expect(metrics).toMatch(/^call_outcomes_total\{outcome="ended"\} 1$/m);
    expect(metrics).toMatch(/^call_time_to_first_frame_ms_count 2$/m);
    expect(metrics).toMatch(/^call_links_total\{path="(direct|relay)"\} 2$/m);
    expect(metrics).toMatch(/^codec_selected_total\{codec="\w+"\} 2$/m);
    expect(metrics).toMatch(/^turn_usage_ratio [01]/m);
    for (const words of [/: local offer/, /: remote answer/, /candidates, host/, /: connection connected/, /: ICE /])
      expect(lines.some((line) => line.includes('WebRtc') && words.test(line))).toBe(true);
  });

  it('is scored by both pages, and each label has a value that the documentation names', async () => {
    // The report of a call's end is a request of its own.
    const scores = async () => sum(await read(), /^call_quality_score_count\{quality="\w+"\} (\d+)$/gm);
    await expect.poll(scores, { timeout: 30_000 }).toBe(2);
    const metrics = await read();
    const points = sum(metrics, /^call_quality_score_sum\{quality="\w+"\} ([\d.]+)$/gm);
    expect(points).toBeGreaterThan(0);
    expect(points).toBeLessThanOrEqual(200);
    expect(metrics).toMatch(/^telemetry_reports_total\{result="taken"\} [1-9]/m);

    const documented = labelsIn(readFileSync(new URL('../../docs/operations/metrics.md', import.meta.url), 'utf8'));
    expect(documented.size).toBeGreaterThan(15);
    const seen = new Set<string>();
    for (const [, name = '', labels = ''] of metrics.matchAll(/^(\w+?)(?:_bucket|_sum|_count)?(?:\{(.*)\})? \S+$/gm)) {
      const known = documented.get(name);
      if (known === undefined) continue;
      seen.add(name);
      for (const [, label = '', value = ''] of labels.matchAll(/(\w+)="([^"]*)"/g)) {
        if (label === 'le') continue;
        expect(label, name).toBe(known.label);
        if (known.values.length > 0) expect(known.values, `${name}, ${label}`).toContain(value);
        else expect(value, `${name}, ${label}`).toMatch(/^[a-z_]{1,30}$/);
      }
    }
    const ofBrowsers = [
      'call_quality_score',
      'call_time_to_first_frame_ms',
      'call_links_total',
      'codec_selected_total',
    ];
    expect([...seen]).toEqual(expect.arrayContaining(['turn_usage_ratio', 'telemetry_reports_total', ...ofBrowsers]));
  });

  // The server is stopped: there is no second try.
  it('gives nobody away: not in the log, the metrics or the traces', { retry: 0 }, async () => {
    const secrets: [kind: string, secret: string][] = [];
    for (const person of [ada, ben]) {
      secrets.push(['name', person.name], ['e-mail', person.email]);
      for (const [kind, found] of Object.entries((await watched.get(person)?.all()) ?? {})) {
        // Only pages of other origins open their sockets with tickets.
        if (kind !== 'tickets') expect([...found], `${kind} of ${person.name}`).not.toEqual([]);
        for (const secret of found) secrets.push([kind, secret]);
      }
    }
    const addresses = addressesOfThisMachine();
    expect(addresses).not.toEqual([]);
    for (const address of addresses) secrets.push(['address of this machine', address]);

    const metrics = await read();
    await server.stop();
    expect(collector.requests['/v1/logs']).toBeGreaterThan(0);
    expect(collector.requests['/v1/metrics']).toBeGreaterThan(0);
    const said = {
      log: lines.filter((line) => !isForTheOwner(line)).join('\n'),
      metrics,
      'what was collected': collector.everything,
    };
    for (const [where, text] of Object.entries(said)) {
      for (const [kind, secret] of secrets) {
        expect(secret.length, kind).toBeGreaterThan(2);
        expect(text.includes(secret), `${kind} in ${where}: ${secret}`).toBe(false);
      }
      expect(text).not.toMatch(/candidate:\d/);
      expect(text).not.toMatch(/a=ice-ufrag|v=0\r\n/);
      // An address with a port is somebody's, but for those of the server and its collector.
      const withPorts = (text.match(/\b\d{1,3}(?:\.\d{1,3}){3}:\d+/g) ?? []).filter(
        (one) => !collector.url.includes(one),
      );
      expect(withPorts, where).toEqual([]);
      const longOnes = (text.match(/[\da-f:]{4,}/gi) ?? []).filter(isIPv6);
      expect(longOnes, where).toEqual([]);
    }
  });

  const read = () => metricsOf(server);

  /** Signs up; what the page sends and gets is heard from before that. */
  async function arrives(name: string): Promise<Person> {
    const person = await Person.arrive(browser, server.url, someone(name));
    watched.set(person, await Secrets.of(person));
    await person.signUp();
    return person;
  }
});

describe('a call that has to find its way again', () => {
  let collector: Collector;
  let server: Server;
  let there: Browser;
  const here = {} as Record<BrowserName, Browser>;

  beforeAll(async () => {
    collector = await Collector.start();
    server = await Server.start({
      'Telemetry:OtlpEndpoint': collector.url,
      'Telemetry:ExportInterval': '00:00:01',
      'Telemetry:MetricsToken': token,
    });
    there = await launch('chromium');
    for (const name of ['chromium', 'firefox'] as const) here[name] = await launch(name);
  });

  afterAll(async () => {
    await Promise.all([there, ...Object.values(here)].map((browser) => browser?.close()));
    await server?.dispose();
    await collector?.stop();
  });

  it.each(['chromium', 'firefox'] as const)(
    'shows each attempt in its trace and in the metrics, in %s',
    async (name) => {
      const ada = await Person.signUp(here[name], server.url, someone('Ada'));
      const ben = await Person.signUp(there, server.url, someone('Ben'));
      await ada.reload();
      await ada.seesPresence(ben, 'online');
      const earlier = await attempts();
      await connect(ada, ben);
      await Promise.all([seesAndHears(ada), seesAndHears(ben)]);
      const lostAtMs = Date.now();
      await whileFrozen(processId(there), async () => {
        await ada.isIn('RECONNECTING');
        // The first attempt fails for sure when a second one has been offered.
        await expect
          .poll(async () => (await attempts()).restarts - earlier.restarts, { timeout: 60_000 })
          .toBeGreaterThan(1);
      });
      await Promise.all([ada.isIn('CONNECTED'), ben.isIn('CONNECTED')]);
      await Promise.all([seesAndHears(ada), seesAndHears(ben)]);
      const backAtMs = Date.now();
      const known = new Set(collector.spans.filter(isCall));
      await ada.press('Hang up');
      await ben.hasEnded('ended');
      await collector.until((spans) => spans.filter((span) => isCall(span) && !known.has(span)).length === 2);

      const root = collector.spans.find((one) => isCall(one) && !known.has(one) && one.parentId === '') as Span;
      const spans = collector.spans.filter(({ traceId }) => traceId === root.traceId);
      const recoveries = spans.filter((one) => one.name === 'recovery' && one.parentId === root.spanId);
      recoveries.sort((a, b) => a.startMs - b.startMs);
      expect(recoveries.length).toBeGreaterThan(1);
      expect(recoveries[0]?.failed).toBe(true);
      expect(recoveries.at(-1)?.failed).toBe(false);
      for (const [index, { startMs, endMs }] of recoveries.entries()) {
        expect(startMs).toBeGreaterThanOrEqual(Math.max(lostAtMs, recoveries[index - 1]?.endMs ?? 0) - 2);
        expect(endMs).toBeGreaterThanOrEqual(startMs);
        expect(endMs).toBeLessThanOrEqual(backAtMs);
      }

      const now = await attempts();
      const all = spans.filter((one) => one.name === 'recovery');
      expect(now.failed - earlier.failed).toBe(all.filter(({ failed }) => failed).length);
      expect(now.ok - earlier.ok).toBe(all.filter(({ failed }) => !failed).length);
    },
  );

  async function attempts(): Promise<{ restarts: number; ok: number; failed: number }> {
    const metrics = await metricsOf(server);
    return {
      restarts: sum(metrics, /^ice_restart_total (\d+)$/gm),
      ok: sum(metrics, /^call_recoveries_total\{result="ok"\} (\d+)$/gm),
      failed: sum(metrics, /^call_recoveries_total\{result="failed"\} (\d+)$/gm),
    };
  }
});

const isCall = ({ name }: Span) => name === 'call';

async function metricsOf(server: Server): Promise<string> {
  const answer = await fetch(`${server.url}/metrics`, { headers: { authorization: `Bearer ${token}` } });
  return answer.text();
}

function sum(metrics: string, value: RegExp): number {
  return [...metrics.matchAll(value)].reduce((total, [, one]) => total + Number(one), 0);
}

/** The table of metrics: a label, and its values where they are named one by one. */
function labelsIn(page: string): Map<string, { label: string | undefined; values: string[] }> {
  const rows = [...page.matchAll(/^\| (`.+?) \| (?:counter|histogram|gauge) \| (.*?) \|/gm)];
  return new Map(
    rows.flatMap(([, names = '', labels = '']) => {
      const [label, ...values] = [...labels.matchAll(/`(\w+)`/g)].map(([, word = '']) => word);
      const open = labels.includes('the protocol');
      return [...names.matchAll(/`(\w+)`/g)].map(
        ([, name = '']) => [name, { label, values: open ? [] : values }] as const,
      );
    }),
  );
}

/** The banner: what was configured, by the one who reads it. */
function isForTheOwner(line: string): boolean {
  return (
    /^ {2}(configured|default|missing) /.test(line) || line.includes('/demo/sign-in') || line.includes('is ready:')
  );
}
