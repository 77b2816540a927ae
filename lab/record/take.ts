/** One recorded call: two people call each other in the real app, one presses the button, something may happen, and it is stopped. */

import { appendFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'puppeteer-core';
import { connect, type Person } from '../../tests/Browser/driver/person';
import {
  download,
  filesOf,
  finishedRecording,
  newestRecording,
  type Recording,
  type RecordingFile,
  startRecording,
  stopRecording,
} from '../../tests/Browser/driver/recordings';
import { pause } from '../pause';
import { beginAnew } from '../people';
import { probe, readFilm } from './film';
import { judge, type SourceLog, type Verdict } from './judge';
import { framesSent, logOf, pauseSource } from './source';

/** A leg that sends so many frames is there. */
const flowingFrames = 5;
const legLimitMs = 30_000;
/** Nothing new has been sent for so long: all has. */
const stillMs = 1_000;
const pollMs = 100;
const partBytes = 4 * 2 ** 20;

export interface Take {
  recording: Recording;
  log: SourceLog;
  verdict: Verdict;
  /** What the encoder of the person's legs has handed out. */
  framesSent: number;
  /** Files of the person's microphone and camera; one, if all is well. */
  files: number;
}

/**
 * @param during What happens while it is recorded.
 * @returns What became of the picture and sound of the first of them, who starts the recording.
 */
export async function takeOf(ada: Person, ben: Person, during: () => Promise<void>): Promise<Take> {
  await beginAnew(ada, ben);
  await connect(ada, ben);
  await startRecording(ada);
  await Promise.all([ada, ben].map(({ page }) => legSends(page)));
  await during();
  // The end of a recording is a cut: what was sent last would be lost or not as it happens.
  await Promise.all([ada, ben].map(({ page }) => pauseSource(page)));
  await allSent(ada.page);
  const { recording_id: id } = await newestRecording(ada.page);
  await stopRecording(ada);
  const recording = await finishedRecording(ada.page, id);
  const log = await logOf(ada.page);
  const files = filesOf(recording, ada.name);
  const [file] = files;
  if (!file) throw new Error(`There is no file of ${ada.name}.`);
  const path = join(tmpdir(), `${id}-${file.name}`);
  await fetchFile(ada.page, id, file, path);
  await probe(path);
  const verdict = judge(await readFilm(path), log);
  return { recording, log, verdict, framesSent: await framesSent(ada.page), files: files.length };
}

/** In parts, as a player asks for it: what a page hands over at once is limited. */
async function fetchFile(page: Page, id: string, { name, bytes }: RecordingFile, path: string): Promise<void> {
  await writeFile(path, '');
  for (let from = 0; from < bytes; from += partBytes) {
    const part = await download(page, id, name, { from, to: Math.min(from + partBytes, bytes) - 1 });
    if (part.status !== 206) throw new Error(`The server answered ${part.status} for a part of a file.`);
    await appendFile(path, part.bytes);
  }
}

/** Waits until the recording's connection sends pictures. */
async function legSends(page: Page): Promise<void> {
  const deadline = Date.now() + legLimitMs;
  for (;;) {
    const { legs } = await logOf(page);
    if ((legs.at(-1)?.framesSent ?? 0) >= flowingFrames) return;
    if (Date.now() > deadline) throw new Error(`No leg sends pictures: ${JSON.stringify(legs)}`);
    await pause(pollMs);
  }
}

async function allSent(page: Page): Promise<void> {
  let sent = -1;
  let sinceMs = Date.now();
  while (Date.now() - sinceMs < stillMs) {
    const now = await framesSent(page);
    if (now !== sent) [sent, sinceMs] = [now, Date.now()];
    await pause(pollMs);
  }
}
