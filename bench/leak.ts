/**
 * One long call through the real app, in which the person does over and over what makes software leak: mutes, changes of
 * camera, shared screens, and connections that break and are restarted. What the page holds in memory after a warm-up is
 * compared with what it holds at the end.
 */
import { parseArgs } from 'node:util';
import { launch } from '../tests/Browser/driver/browsers';
import { measured, seesAndHears, until } from '../tests/Browser/driver/media';
import { memory } from '../tests/Browser/driver/memory';
import { connect, Person } from '../tests/Browser/driver/person';
import { processId, whileFrozen } from '../tests/Browser/driver/processes';
import { Server } from '../tests/Browser/driver/server';
import { ownTempFolder } from '../tests/Browser/driver/temp';

/** What a call of twenty minutes goes through; longer and shorter ones in proportion, but each at least once. */
const inTwentyMinutes = { mute: 200, camera: 100, share: 50, restart: 30 };
type Action = keyof typeof inTwentyMinutes;
const warmUpMs = 120_000;
const maxMinutes = 24 * 60;

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '20' } } });
const minutes = Number(values.minutes);
if (!(minutes >= 1 && minutes <= maxMinutes)) throw new Error(`--minutes takes a number from 1 to ${maxMinutes}.`);

const removeTempFolder = await ownTempFolder();
const server = await Server.start();
const [here, there] = await Promise.all([launch('chromium', { devices: 3 }), launch('chromium')]);
try {
  const ada = await Person.signUp(here, server.url, 'Ada');
  const ben = await Person.signUp(there, server.url, 'Ben');
  await ada.reload();
  await ada.seesPresence(ben, 'online');
  await connect(ada, ben);
  await Promise.all([seesAndHears(ada), seesAndHears(ben)]);

  const actions: Record<Action, () => Promise<void>> = {
    mute: () => mute(ada, ben),
    camera: () => changeCamera(ada, ben),
    share: () => shareScreen(ada, ben),
    restart: () => restart(ada, ben, processId(there)),
  };
  const warm = Date.now() + warmUpMs;
  for (const action of Object.values(actions)) await action();
  await ada.page.evaluate(
    (waitMs) => new Promise((resolve) => setTimeout(resolve, waitMs)),
    Math.max(0, warm - Date.now()),
  );

  const start = await memory(ada);
  const done: Record<Action, number> = { mute: 0, camera: 0, share: 0, restart: 0 };
  const plan = evenly(minutes);
  const began = Date.now();
  for (const [index, action] of plan.entries()) {
    const dueMs = began + (index / plan.length) * minutes * 60_000 - Date.now();
    if (dueMs > 0) await ada.page.evaluate((waitMs) => new Promise((resolve) => setTimeout(resolve, waitMs)), dueMs);
    await actions[action]();
    done[action] += 1;
    if ((index + 1) % 20 === 0)
      console.error(`${minutesSince(began)} min: ${JSON.stringify({ ...done, ...(await memory(ada)) })}`);
  }
  await Promise.all([seesAndHears(ada), seesAndHears(ben)]);
  const end = await memory(ada);
  console.error(`Done in ${minutesSince(began)} min: ${JSON.stringify(done)}`);

  await ada.press('Hang up');
  await ben.hasEnded('ended');
  const left = await ada.holdsOpen();
  console.log(
    JSON.stringify({
      minutes,
      heap_start_mb: megabytes(start.heapBytes),
      heap_end_mb: megabytes(end.heapBytes),
      nodes_start: start.nodes,
      nodes_end: end.nodes,
      listeners_start: start.listeners,
      listeners_end: end.listeners,
      peers_end: left.connections,
      tracks_end: left.tracks,
    }),
  );
} finally {
  await Promise.all([here.close(), there.close()]);
  await server.dispose();
  await removeTempFolder();
}

async function mute(ada: Person, ben: Person): Promise<void> {
  await ada.press('Turn microphone off');
  await ben.sees('[data-remote-microphone="off"]');
  await ada.press('Turn microphone on');
  await ben.seesNo('[data-remote-microphone="off"]');
}

/** To the other camera; done when the other side sees more of it than was under way. The second fake one measures depth, which cannot be sent. */
async function changeCamera(ada: Person, ben: Person): Promise<void> {
  await ada.press('More');
  await ada.sees('[data-device-kind="camera"]');
  const wanted = await ada.page.evaluate(() => {
    const stream = document.querySelector<HTMLVideoElement>('video[data-local]')?.srcObject as MediaStream;
    const used = stream.getVideoTracks()[0]?.getSettings().deviceId;
    const [, first, , third] = document.querySelectorAll<HTMLOptionElement>('[data-device-kind="camera"] option');
    return (first?.value === used ? third?.value : first?.value) ?? '';
  });
  if (wanted === '') throw new Error('There is no other camera.');
  await ada.page.select('[data-device-kind="camera"]', wanted);
  await ada.page.waitForFunction(
    (deviceId) => {
      const stream = document.querySelector<HTMLVideoElement>('video[data-local]')?.srcObject as MediaStream | null;
      return stream?.getVideoTracks()[0]?.getSettings().deviceId === deviceId;
    },
    {},
    wanted,
  );
  await ada.page.keyboard.press('Escape');
  await ada.seesNo('[data-device-kind="camera"]');
  const { framesDecoded } = await measured(ben);
  await until(
    ben,
    () => measured(ben),
    (now) => now.framesDecoded > framesDecoded + 5,
  );
}

async function shareScreen(ada: Person, ben: Person): Promise<void> {
  await ada.press('Share screen');
  // Not a locator: it keeps its handle, and with it the menu.
  await ada.press('Text and slidesLetters stay sharp');
  await ben.sees('video[data-remote-screen]');
  await ada.press('Stop sharing');
  await ben.seesNo('video[data-remote-screen]');
}

/** The other browser stands still until this one has started over: new ICE credentials, and media again. */
async function restart(ada: Person, ben: Person, browserOfBen: number): Promise<void> {
  const before = await credentials(ada);
  await whileFrozen(browserOfBen, async () => {
    await ada.isIn('RECONNECTING');
    await ada.page.waitForFunction(
      (known) =>
        [...window.probe.connections].some(
          ({ localDescription }) =>
            !known.includes(/a=ice-ufrag:(\S+)/.exec(localDescription?.sdp ?? '')?.[1] ?? known),
        ),
      { polling: 200 },
      before,
    );
  });
  await Promise.all([ada.isIn('CONNECTED'), ben.isIn('CONNECTED')]);
}

function credentials(person: Person): Promise<string> {
  return person.page.evaluate(() =>
    [...window.probe.connections]
      .map(({ localDescription }) => /a=ice-ufrag:(\S+)/.exec(localDescription?.sdp ?? '')?.[1] ?? '')
      .join(' '),
  );
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 10_000) / 100;
}

/** The actions in an order in which each kind is spread over the whole time. */
function evenly(length: number): Action[] {
  const planned: { at: number; action: Action }[] = [];
  for (const [action, count] of Object.entries(inTwentyMinutes) as [Action, number][]) {
    const times = Math.max(1, Math.round((count * length) / 20));
    for (let time = 0; time < times; time++) planned.push({ at: (time + 0.5) / times, action });
  }
  return planned.sort((one, other) => one.at - other.at).map(({ action }) => action);
}

function minutesSince(atMs: number): string {
  return ((Date.now() - atMs) / 60_000).toFixed(1);
}
