import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { probe, readFilm } from '../../lab/record/film';
import { judge } from '../../lab/record/judge';
import { framesSent, logOf, numberMedia, pauseSource } from '../../lab/record/source';
import { launch, timeoutMs } from './driver/browsers';
import { until } from './driver/media';
import { connect, Person, someone } from './driver/person';
import {
  download,
  filesOf,
  finishedRecording,
  newestRecording,
  type Recording,
  startRecording,
  stopRecording,
} from './driver/recordings';

/** So many frames are a recording. */
const wantedFrames = 120;
/** Of a browser that has two calls' worth of work on a busy machine; what is aimed at is measured in the lab. */
const saneOffsetMs = 250;

/** Two people sign up, call, are recorded, and wait for the files; the film of both takes longer than the call. */
const wholeCallLimitMs = 6 * timeoutMs;

let chromium: Browser;
let firefox: Browser;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sightline-films-'));
  chromium = await launch('chromium');
  firefox = await launch('firefox');
});

afterAll(async () => {
  await Promise.all([chromium?.close(), firefox?.close()]);
  await rm(folder, { recursive: true });
});

describe('a recorded call between Chromium and Firefox', () => {
  let ada: Person;
  let ben: Person;
  let recording: Recording;

  it(
    'goes on while it is recorded, and is over for the recording alone',
    async () => {
      ada = await Person.signUp(chromium, inject('serverUrl'), someone('Ada'));
      ben = await Person.signUp(firefox, inject('serverUrl'), someone('Ben'));
      for (const { page } of [ada, ben]) await numberMedia(page);
      await Promise.all([ada.reload(), ben.reload()]);
      // Firefox draws nothing in a tab that nobody sees.
      await ben.page.bringToFront();
      await ada.seesPresence(ben, 'online');
      await connect(ada, ben);

      await startRecording(ada);
      await ben.sees('[data-recording="sending"]');
      for (const person of [ada, ben])
        await until(
          person,
          () => framesSent(person.page),
          (count) => count >= wantedFrames,
        );
      for (const { page } of [ada, ben]) await pauseSource(page);
      const { recording_id: id } = await newestRecording(ada.page);
      await stopRecording(ada);
      await ben.seesNo('[data-recording]');
      recording = await finishedRecording(ada.page, id);
      await ada.isIn('CONNECTED');
    },
    wholeCallLimitMs,
  );

  it('leaves a file of each person with every frame that was sent, and its sound beside it', async () => {
    for (const person of [ada, ben]) {
      const [file, ...more] = filesOf(recording, person.name);
      expect(more).toEqual([]);
      const { status, bytes } = await download(person.page, recording.recording_id, file?.name ?? '');
      expect(status).toBe(200);
      expect(bytes.length).toBe(file?.bytes);
      const path = join(folder, file?.name ?? '');
      await writeFile(path, bytes);
      expect((await probe(path)).codecs).toContain('opus');

      const log = await logOf(person.page);
      const verdict = judge(await readFilm(path), log);
      console.log(`${person.name}: ${JSON.stringify(verdict)} of ${JSON.stringify(log.legs)}`);
      expect(verdict.unreadable).toBe(0);
      expect(verdict.framesInFile).toBe(await framesSent(person.page));
      // The clock of Firefox's sound stands still now and then on a busy machine, before anything is recorded.
      if (person === ben) continue;
      expect(verdict.tones).toBeGreaterThan(3);
      expect(Math.abs(verdict.avOffsetMs ?? Number.NaN)).toBeLessThan(saneOffsetMs);
    }
  });

  it('plays to its end in both browsers, each file of it', async () => {
    const names = recording.files.map(({ name }) => name);
    expect(recording.files.map(({ kind }) => kind)).toContain('combined');
    for (const { page } of [ada, ben]) {
      const played = await play(page, recording.recording_id, names);
      expect(played).toEqual(
        recording.files.map(({ name, length_ms: lengthMs }) => ({
          name,
          problem: null,
          seconds: expect.closeTo(lengthMs / 1000, 0),
          width: expect.toSatisfy((width: number) => width > 0),
        })),
      );
    }
  });

  it('is given to nobody else', async () => {
    const cyd = await Person.signUp(chromium, inject('serverUrl'), someone('Cyd'));
    const stranger = await Person.arrive(chromium, inject('serverUrl'), someone('Dan'));
    const { recording_id: id, files } = recording;
    for (const { name } of files) {
      expect((await download(cyd.page, id, name)).status).toBe(403);
      expect((await download(stranger.page, id, name)).status).toBe(401);
    }
    expect(await statusOf(cyd.page, `/recordings/${id}`)).toBe(403);
    expect(await statusOf(stranger.page, `/recordings/${id}`)).toBe(401);
    await Promise.all([cyd.leaves(), stranger.leaves()]);
  });
});

function statusOf(page: Page, path: string): Promise<number> {
  return page.evaluate(async (at) => (await fetch(at)).status, path);
}

/** Each to its end or to what is wrong with it. */
function play(page: Page, id: string, names: readonly string[]) {
  return page.evaluate(
    (recordingId, wanted, limitMs) =>
      Promise.all(
        wanted.map(async (name) => {
          const video = document.createElement('video');
          video.muted = true;
          video.src = `/recordings/${recordingId}/files/${name}`;
          document.body.append(video);
          const problem = await new Promise<string | null>((resolve) => {
            video.onended = () => resolve(null);
            video.onerror = () => resolve(video.error?.message ?? 'error');
            setTimeout(() => resolve(`Stands at ${video.currentTime} of ${video.duration} s.`), limitMs);
            video.play().catch((error) => resolve(String(error)));
          });
          video.remove();
          return { name, problem, seconds: video.duration, width: video.videoWidth };
        }),
      ),
    id,
    names,
    timeoutMs,
  );
}
