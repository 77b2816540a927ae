/**
 * What it costs to watch calls: bytes that leave for a minute of a call, processor time of the server beside one that tells
 * nobody anything, and time on the main thread of a page.
 */
import { readFileSync } from 'node:fs';
import { mkdtemp, readdir } from 'node:fs/promises';
import { SourceMap } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { CDPSession, Page, Protocol } from 'puppeteer-core';
import { build } from 'vite';
import { launch } from '../tests/Browser/driver/browsers';
import { Collector } from '../tests/Browser/driver/collector';
import { seesAndHears } from '../tests/Browser/driver/media';
import { connect, Person } from '../tests/Browser/driver/person';
import { Server } from '../tests/Browser/driver/server';
import { ownTempFolder } from '../tests/Browser/driver/temp';
import { Signaller } from './signaller';

const samplingMicroseconds = 100;
/** A share of the calls first, which fill caches and compile code on both servers: of 40 it was still mostly compiling that was measured. */
const warmUpShare = 0.2;
const rounds = 4;
/** Linux counts processor time so. */
const ticksPerSecond = 100;
/** What the browser itself does is not what watching it costs. */
const watched = ['setLocalDescription', 'setRemoteDescription', 'getUserMedia', 'restartIce'];

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '2' }, calls: { type: 'string', default: '1000' } },
});
const [minutes, calls] = [Number(values.minutes), Number(values.calls)];
if (!(minutes >= 1 && minutes <= 60)) throw new Error('--minutes takes a number from 1 to 60.');
if (!(calls >= 40 && calls <= 100_000)) throw new Error('--calls takes a number from 40 to 100000.');

const removeTempFolder = await ownTempFolder();
const sourceMaps = await readSourceMaps();
const collector = await Collector.start();
const quiet = await Server.start({ 'Logging:LogLevel:Default': 'Information' });
const telling = await Server.start({
  'Logging:LogLevel:Default': 'Information',
  'Telemetry:OtlpEndpoint': collector.url,
  'Telemetry:MetricsToken': 'the-token-of-prometheus',
});
try {
  const page = await inBrowsers();
  const cpu = await onServers();
  const { bytes_per_call_minute, main_thread_ms_per_minute } = page;
  console.log(JSON.stringify({ bytes_per_call_minute, ...cpu, main_thread_ms_per_minute }));
} finally {
  await Promise.all([quiet.dispose(), telling.dispose()]);
  await collector.stop();
  await removeTempFolder();
}

/** One call of two pages that do nothing else. */
async function inBrowsers() {
  const browser = await launch('chromium');
  try {
    const ada = await Person.signUp(browser, telling.url, 'Ada');
    const ben = await Person.signUp(browser, telling.url, 'Ben');
    await Promise.all([ada.reload(), ben.reload()]);
    await ada.seesPresence(ben, 'online');
    let reported = 0;
    for (const { page } of [ada, ben])
      page.on('request', (request) => {
        if (/\/calls\/[^/]+\/(telemetry|report)$/.test(request.url())) reported += request.postData()?.length ?? 0;
      });
    const before = collector.bytesTo('/v1/traces') + collector.bytesTo('/v1/logs');
    const profiles = await Promise.all([ada, ben].map(({ page }) => profile(page)));
    await connect(ada, ben);
    await Promise.all([seesAndHears(ada), seesAndHears(ben)]);
    await ada.page.evaluate((ms) => new Promise((resolve) => setTimeout(resolve, ms)), minutes * 60_000);
    const spent = await Promise.all(profiles.map((end) => end()));
    await ada.press('Hang up');
    await ben.hasEnded('ended');
    await collector.until((spans) => spans.filter(({ name }) => name === 'call').length === 2);
    const exported = collector.bytesTo('/v1/traces') + collector.bytesTo('/v1/logs') - before;
    console.error(`Reports of both pages: ${reported} bytes; traces and logs exported for them: ${exported} bytes.`);
    console.error(`Main threads: ${spent.map((ms) => ms.toFixed(1)).join(' and ')} ms in ${minutes} min.`);
    return {
      bytes_per_call_minute: Math.round((reported + exported) / minutes),
      main_thread_ms_per_minute: round(Math.max(...spent) / minutes),
    };
  } finally {
    await browser.close();
  }
}

/** The same calls, in turns, on a server that tells nobody, and on one that hears of pages, traces and exports. */
async function onServers() {
  const kinds = await Promise.all(
    [quiet, telling].map(async (server) => ({
      server,
      signaller: await Signaller.start(server.url, server === telling, calls * (1 + warmUpShare)),
      seconds: 0,
      calls: 0,
    })),
  );
  for (const { signaller } of kinds) await signaller.calls(Math.ceil(calls * warmUpShare));
  for (let roundNo = 0; roundNo < rounds; roundNo++) {
    for (const kind of roundNo % 2 === 0 ? kinds : [...kinds].reverse()) {
      const before = cpuSeconds(kind.server.processId);
      await kind.signaller.calls(Math.ceil(calls / rounds));
      kind.seconds += cpuSeconds(kind.server.processId) - before;
      kind.calls += Math.ceil(calls / rounds);
    }
  }
  const [without = 0, withIt = 0] = kinds.map((kind) => (kind.seconds / kind.calls) * 1000);
  console.error(`Server: ${withIt.toFixed(2)} s for 1000 calls, ${without.toFixed(2)} s without telemetry.`);
  return { server_cpu_s_per_1000_calls: round(withIt - without) };
}

function cpuSeconds(processId: number): number {
  const fields = readFileSync(`/proc/${processId}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

/** Begins to sample a page; yields what ends it and says how many ms were spent on telemetry. */
async function profile(page: Page): Promise<() => Promise<number>> {
  const session: CDPSession = await page.createCDPSession();
  await session.send('Profiler.enable');
  await session.send('Profiler.setSamplingInterval', { interval: samplingMicroseconds });
  await session.send('Profiler.start');
  return async () => {
    const { profile } = await session.send('Profiler.stop');
    await session.detach();
    return spentOnTelemetry(profile);
  };
}

/** Of each file of the app, where its code was written: from a build like the one that the server has. */
async function readSourceMaps(): Promise<ReadonlyMap<string, SourceMap>> {
  const folder = await mkdtemp(join(tmpdir(), 'sightline-maps-'));
  const root = fileURLToPath(new URL('../web/app/', import.meta.url));
  await build({ root, logLevel: 'error', build: { outDir: folder, sourcemap: 'hidden' } });
  const assets = join(folder, 'assets');
  const files = (await readdir(assets)).filter((file) => file.endsWith('.map'));
  const maps = files.map(
    (file) =>
      [file.slice(0, -'.map'.length), new SourceMap(JSON.parse(readFileSync(join(assets, file), 'utf8')))] as const,
  );
  return new Map(maps);
}

/** Whether a function is of what watches calls: traces, statistics and the score, and the reports of them. */
function watches({ url, lineNumber, columnNumber }: Protocol.Runtime.CallFrame): boolean {
  const map = sourceMaps.get(basename(url));
  if (map === undefined && /\/assets\/sdk~/.test(url))
    throw new Error('The app that the server has is not built from this source: npm run build');
  // The hint to the compiler is one line more than the map knows.
  const found = map?.findEntry(lineNumber - 1, columnNumber);
  return (
    found !== undefined &&
    'originalSource' in found &&
    /\/sdk\/src\/(telemetry|stats|quality)\//.test(found.originalSource)
  );
}

/** Time in what watches calls, and in what it calls of the browser, but not its own work that is handed on. */
function spentOnTelemetry({ nodes, samples = [], timeDeltas = [] }: Protocol.Profiler.Profile): number {
  const self = new Map<number, number>();
  for (const [index, id] of samples.entries()) self.set(id, (self.get(id) ?? 0) + (timeDeltas[index] ?? 0));
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const children = new Set(nodes.flatMap((node) => node.children ?? []));
  let microseconds = 0;
  const visit = (node: Protocol.Profiler.ProfileNode, inside: boolean) => {
    const { url, functionName } = node.callFrame;
    const ours = watches(node.callFrame) || (inside && url === '' && !watched.includes(functionName));
    if (ours) microseconds += self.get(node.id) ?? 0;
    for (const child of node.children ?? []) {
      const found = byId.get(child);
      if (found) visit(found, ours);
    }
  };
  for (const node of nodes) if (!children.has(node.id)) visit(node, false);
  return microseconds / 1000;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
