import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'puppeteer-core';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { launch } from './driver/browsers';
import { seesAndHears } from './driver/media';
import { connect, Person, someone } from './driver/person';
import { Server } from './driver/server';

describe('two servers on one database', () => {
  let folder: string;
  let first: Server;
  let second: Server;
  let browser: Browser;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nodes-'));
    // The first one runs the database, and the second one is told where it is.
    first = await Server.start({ 'Data:Folder': folder });
    second = await Server.start({
      'ConnectionStrings:Sightline': `Host=${join(folder, 'socket')};Username=sightline;Database=sightline`,
    });
    browser = await launch('chromium');
  });

  afterAll(async () => {
    await browser?.close();
    await second?.dispose();
    await first?.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  it('carry a call from a person at the one to a person at the other', async () => {
    const ada = await Person.signUp(browser, first.url, someone('Ada'));
    const ben = await Person.signUp(browser, second.url, someone('Ben'));
    await ada.seesPresence(ben, 'online');
    await connect(ada, ben);
    await Promise.all([seesAndHears(ada), seesAndHears(ben)]);
    await ben.press('Hang up');
    await Promise.all([ada.hasEnded('ended'), ben.hasEnded('ended')]);
  });
});
