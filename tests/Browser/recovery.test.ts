import type { Browser } from 'puppeteer-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { launch } from './driver/browsers';
import { seesAndHears } from './driver/media';
import { named } from './driver/names';
import { connect, Person, someone } from './driver/person';
import { processId, signalTree, whileFrozen } from './driver/processes';
import { Server } from './driver/server';

describe('a call in trouble', () => {
  let server: Server;
  let here: Browser;
  let there: Browser;
  let ada: Person;
  let ben: Person;

  beforeAll(async () => {
    // A person who is gone for good need not be waited for as long as in life.
    server = await Server.start({ 'Calls:Grace': '00:00:15' });
    here = await launch('chromium');
    ada = await Person.signUp(here, server.url, someone('Ada'));
  });

  beforeEach(async () => {
    there ??= await launch('chromium');
    if (!there.connected) there = await launch('chromium');
    ben = await Person.signUp(there, server.url, someone('Ben'));
    await ada.reload();
    await ada.seesPresence(ben, 'online');
    await connect(ada, ben);
  });

  afterAll(async () => {
    await Promise.all([here?.close(), there?.close()]);
    await server?.dispose();
  });

  it('waits for a frozen peer and goes on when it thaws, as each person left it', async () => {
    await ada.press('Turn microphone off');
    await ben.sees('[data-remote-microphone="off"]');
    await ben.press('Turn camera off');
    await ada.sees('[data-remote-camera="off"]');
    await whileFrozen(processId(there), async () => {
      await ada.isIn('RECONNECTING');
      await ada.sees('[data-reconnecting]');
      await ada.sees('[data-advice]');
    });
    await Promise.all([ada.isIn('CONNECTED'), ben.isIn('CONNECTED')]);
    await ada.sees(named('button', 'Turn microphone on'));
    await ben.sees('[data-remote-microphone="off"]');
    await ben.sees(named('button', 'Turn camera on'));
    await ada.sees('[data-remote-camera="off"]');
    await seesAndHears(ada, 'voice');
    await ben.press('Turn camera on');
    await seesAndHears(ada);
    await ada.press('Hang up');
    await ben.leaves();
  });

  it('goes on while the server restarts', async () => {
    await seesAndHears(ada);
    await server.stop('SIGKILL');
    await Promise.all([seesAndHears(ada), seesAndHears(ben)]);
    await server.start();
    await Promise.all([ada.isIn('CONNECTED'), ben.isIn('CONNECTED')]);
    await ada.press('Hang up');
    await Promise.all([ada.hasEnded('ended'), ben.hasEnded('ended')]);
    await ben.leaves();
  });

  it('tells that the other is gone when its browser dies', async () => {
    signalTree(processId(there), 'SIGKILL');
    await ada.isIn('RECONNECTING');
    await ada.hasEnded('connection_lost');
    expect(await ada.page.$$('video[data-remote]')).toHaveLength(0);
  });

  it('goes on between the others when the browser of one dies', async () => {
    const cyd = await Person.signUp(here, server.url, someone('Cyd'));
    await ada.press('Add people');
    await ada.press(`Add ${cyd.name}`);
    await cyd.isRungBy(ada);
    await cyd.press('Answer with video');
    await Promise.all([ada.isWith(ben, cyd), cyd.isWith(ada, ben)]);
    signalTree(processId(there), 'SIGKILL');
    await Promise.all([ada.isWith(cyd), cyd.isWith(ada)]);
    await seesAndHears(cyd);
    await ada.press('Hang up');
    await cyd.hasEnded('ended');
    await cyd.leaves();
  });
});
