import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'puppeteer-core';
import { afterEach, describe, expect, it } from 'vitest';
import { launch } from './driver/browsers';
import { seesAndHears } from './driver/media';
import { named } from './driver/names';
import { connect, Person } from './driver/person';
import { commandOf, commandsWith, tree } from './driver/processes';
import { type Place, Server } from './driver/server';

const project = fileURLToPath(new URL('../../src/Sightline.Server', import.meta.url));
/** In a group of its own, as a shell starts it. */
const inTerminal: Place = { via: ['setsid'] };

// Three starts in one test, and a new database takes its time.
describe('a server that somebody starts in a terminal', { timeout: 240_000 }, () => {
  let server: Server;
  let lines: string[];
  let browsers: Browser[] = [];

  afterEach(async () => {
    await Promise.all(browsers.map((browser) => browser.close()));
    browsers = [];
    await server?.dispose();
  });

  it('says where it is and signs two people in with a click, who talk until Ctrl-C stops all that it started', async () => {
    await start(inTerminal);
    expect(lines.some((line) => line.trim() === `Sightline is ready: ${server.url}`)).toBe(true);

    const page = await fetch(server.url);
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toMatch(/^text\/html/);
    expect(await page.text()).toContain('<script');

    const links = oneClickLinks();
    expect(links).toHaveLength(2);
    const people = await Promise.all(links.map(whoSignsInWith));
    expect(people.map(({ display_name }) => display_name)).toEqual(['Ada Lovelace', 'Grace Hopper']);
    await talkInTwoBrowsers();

    const started = await whatItStarted();
    expect(await server.interruptGroup()).toEqual({ exitCode: 0 });
    await areGone(started);
  });

  it('has the same people again after it was killed, and takes its database over', async () => {
    await start(inTerminal);
    const before = await Promise.all(oneClickLinks().map(whoSignsInWith));
    expect(await server.interruptGroup()).toEqual({ exitCode: 0 });

    await restart();
    const left = await whatItStarted();
    await server.stop('SIGKILL');
    await restart();
    const after = await Promise.all(oneClickLinks().map(whoSignsInWith));
    expect(after.map(({ person_id }) => person_id)).toEqual(before.map(({ person_id }) => person_id));

    const started = await whatItStarted();
    expect(started.coturn).not.toBe(left.coturn);
    expect(await server.interruptGroup()).toEqual({ exitCode: 0 });
    await areGone(left);
    await areGone(started);
  });

  it('is ready and stopped in the same way by dotnet run', async () => {
    const command = ['dotnet', 'run', '--no-build', '-c', 'Release', '--project', project, '--'];
    await start({ ...inTerminal, command });
    expect((await fetch(server.url)).status).toBe(200);
    const started = await whatItStarted();
    // Besides dotnet run itself, which is the first.
    expect(started.all.filter((id) => commandOf(id).includes('Sightline.Server'))).not.toEqual([]);
    expect(await server.interruptGroup()).toEqual({ exitCode: 0 });
    await areGone(started);
  });

  async function start(place: Place): Promise<void> {
    lines = [];
    server = await Server.start({}, place, (line) => lines.push(line));
    await hasSaidAll();
  }

  async function restart(): Promise<void> {
    lines.length = 0;
    await server.start();
    await hasSaidAll();
  }

  async function hasSaidAll(): Promise<void> {
    await expect.poll(() => lines.some((line) => line.includes('Ctrl-C stops it.')), { timeout: 10_000 }).toBe(true);
  }

  /** One comes by a link that was printed, the other by the page, which offers them too. They are still there at the end. */
  async function talkInTwoBrowsers(): Promise<void> {
    browsers = await Promise.all([launch('chromium'), launch('firefox')]);
    const [browser, fox] = browsers as [Browser, Browser];
    const ada = await Person.arrive(browser, server.url, 'Ada Lovelace');
    await ada.page.locator(named('link', 'Continue as Ada Lovelace')).click();
    const grace = await Person.arrive(fox, oneClickLinks()[1] ?? '', 'Grace Hopper');
    await Promise.all([ada.atHome(), grace.atHome()]);
    await ada.seesPresence(grace, 'online');
    await connect(ada, grace);
    await Promise.all([seesAndHears(ada), seesAndHears(grace)]);
  }

  function oneClickLinks(): string[] {
    const links = lines.flatMap((line) => line.match(/http\S+\/demo\/sign-in\?token=\S+/) ?? []);
    for (const link of links) expect(link.startsWith(server.url)).toBe(true);
    return links;
  }

  async function whoSignsInWith(link: string): Promise<{ person_id: string; display_name: string }> {
    const answer = await fetch(link, { redirect: 'manual' });
    expect(answer.status).toBe(302);
    const [cookie = ''] = answer.headers.getSetCookie().filter((one) => one.startsWith('sightline-session='));
    expect(cookie).not.toBe('');
    const me = await fetch(`${server.url}/account/me`, { headers: { cookie: cookie.split(';')[0] ?? '' } });
    return me.json() as Promise<{ person_id: string; display_name: string }>;
  }

  /** The database belongs to no terminal, so that Ctrl-C does not take it from the server that still needs it. */
  async function whatItStarted(): Promise<{ postgres: number; coturn: number; all: number[] }> {
    const postgres = Number.parseInt(readFileSync(join(server.dataFolder, 'postgres', 'postmaster.pid'), 'utf8'), 10);
    expect(commandOf(postgres)).toContain('postgres');
    const isCoturn = (id: number) => /^[^\0]*turnserver\0/.test(commandOf(id));
    const coturn = () => tree(server.processId).find(isCoturn) ?? 0;
    await expect.poll(coturn, { timeout: 30_000 }).toBeGreaterThan(0);
    return { postgres, coturn: coturn(), all: [...tree(server.processId), ...tree(postgres)] };
  }

  async function areGone({ all }: { all: number[] }): Promise<void> {
    // Coturn is told by a pipe, which closes with the server; none may have taken its place.
    const left = () => [...all.map(commandOf).filter((command) => command !== ''), ...commandsWith(server.dataFolder)];
    await expect.poll(left, { timeout: 10_000 }).toEqual([]);
  }
});
