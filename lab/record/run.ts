/** Whether a recording has everything that was sent, over lines that lose packets and through what befalls a server. */

import { readFileSync } from 'node:fs';
import type { Page } from 'puppeteer-core';
import { seesAndHears } from '../../tests/Browser/driver/media';
import type { Person } from '../../tests/Browser/driver/person';
import { type Network, publicAddresses } from '../network';
import { pause } from '../pause';
import { giveUp } from '../people';
import { type Cast, onStage, type Stage } from '../stage';
import type { Ground, RecordingFault } from './faults';
import type { Hole } from './judge';
import { numberMedia } from './source';
import { type Take, takeOf } from './take';

/** Each way, beside the loss: without a way to go, asking again would cost nothing. */
const delayMs = 20;
/** Of the frames that were sent, in the file. */
const wantedShare = (lossPct: number) => (lossPct <= 5 ? 1 : 0.999);
const maxAvOffsetMs = 40;
/** Until then, the app has noticed that what it sends arrives no more. */
const noticeMs = 5_000;
/** A server that has just begun still grows; one that keeps what it records would by megabytes a minute. */
const mayGrowMb = 100;
/** How far a gap that the recording names may lie from what is missing. */
const nearMs = 500;

export interface LossOutcome {
  loss_pct: number;
  frames_sent: number;
  frames_in_file: number;
  gap_ms: number;
  av_offset_ms: number | null;
  runs: number;
  ok: number;
}

export interface FaultOutcome {
  frames_sent: number | null;
  frames_in_file: number | null;
  lost_ms: number | null;
  call_survived: boolean;
  files: number;
  gaps_named: boolean;
  ok: boolean;
}

export async function recordWithLoss(
  network: Network,
  { losses, runs, seconds }: { losses: readonly number[]; runs: number; seconds: number },
): Promise<LossOutcome[]> {
  return onTheRecord(network, {}, async (stage) => {
    const outcomes = losses.map((lossPct): LossOutcome => ({ loss_pct: lossPct, ...nothing, runs }));
    for (let run = 1; run <= runs; run++)
      for (const outcome of outcomes) {
        const lossPct = outcome.loss_pct;
        const take = await lossRun(stage, lossPct, seconds).catch((error: Error) => error);
        if (take instanceof Error) console.error(`run ${run} at ${lossPct} %: FAILED: ${take.message}`);
        else {
          add(outcome, take);
          console.error(`run ${run} at ${lossPct} %: ${words(take)}`);
        }
      }
    return outcomes;
  });
}

const nothing = { frames_sent: 0, frames_in_file: 0, gap_ms: 0, av_offset_ms: null, ok: 0 };

async function lossRun({ network, ada, ben }: Stage, lossPct: number, seconds: number): Promise<Take> {
  const { line } = network.caller;
  await line.setBoth({ delayMs });
  const take = await takeOf(ada, ben, async () => {
    await line.setBoth({ delayMs, lossPct });
    await pause(seconds * 1000);
  }).finally(() => line.setBoth({ delayMs }));
  await ada.press('Hang up');
  await ben.hasEnded('ended');
  return take;
}

function add(outcome: LossOutcome, { framesSent, verdict }: Take): void {
  const { framesInFile, avOffsetMs, holes } = verdict;
  outcome.frames_sent += framesSent;
  outcome.frames_in_file += framesInFile;
  outcome.gap_ms += Math.round(holes.reduce((sum, hole) => sum + hole.toMs - hole.fromMs, 0));
  const [offset, worst] = [avOffsetMs ?? 0, outcome.av_offset_ms ?? 0];
  if (avOffsetMs !== null) outcome.av_offset_ms = Math.round(Math.abs(offset) > Math.abs(worst) ? offset : worst);
  const inSync = avOffsetMs !== null && Math.abs(avOffsetMs) < maxAvOffsetMs;
  if (inSync && framesInFile >= framesSent * wantedShare(outcome.loss_pct)) outcome.ok++;
}

export interface LongOutcome {
  frames_sent: number;
  frames_in_file: number;
  gap_ms: number;
  /** Of the minute in which it is farthest from 0. */
  av_offset_ms: number | null;
  /** What the server has in memory after its first minute, and at the end. */
  rss_mb: readonly [first: number, last: number];
  ok: boolean;
}

/** Whether all of that holds for long, and the server does not grow. */
export async function recordForLong(network: Network, minutes: number): Promise<LongOutcome> {
  return onTheRecord(network, {}, async ({ ada, ben, server }) => {
    await network.setAll({ delayMs });
    let firstMb = 0;
    let lastMb = 0;
    const take = await takeOf(ada, ben, async () => {
      for (let minute = 1; minute <= minutes; minute++) {
        await pause(60_000);
        lastMb = residentMb(server.processId);
        firstMb ||= lastMb;
        console.error(`minute ${minute}: the server has ${lastMb} MB`);
      }
    });
    console.error(`${words(take)}; gaps named: ${JSON.stringify(take.recording.gaps)}`);
    const { framesInFile, worstMinuteMs, holes } = take.verdict;
    const inSync = worstMinuteMs !== null && Math.abs(worstMinuteMs) < maxAvOffsetMs;
    return {
      frames_sent: take.framesSent,
      frames_in_file: framesInFile,
      gap_ms: Math.round(holes.reduce((sum, hole) => sum + hole.toMs - hole.fromMs, 0)),
      av_offset_ms: worstMinuteMs && Math.round(worstMinuteMs),
      rss_mb: [firstMb, lastMb],
      ok: inSync && framesInFile >= take.framesSent && take.files === 1 && lastMb - firstMb < mayGrowMb,
    };
  });
}

function residentMb(processId: number): number {
  const told = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${processId}/status`, 'utf8'));
  return Math.round(Number(told?.[1]) / 1024);
}

export async function recordThrough(network: Network, fault: RecordingFault, seconds: number): Promise<FaultOutcome> {
  const ground = fault.prepare?.() ?? {};
  try {
    return await onTheRecord(network, ground, (stage) => faultRun(stage, fault, seconds));
  } finally {
    ground.clear?.();
  }
}

async function faultRun(stage: Stage, fault: RecordingFault, seconds: number): Promise<FaultOutcome> {
  const { ada, ben, network } = stage;
  await network.setAll({});
  let struckAtMs = 0;
  let usableAtMs = 0;
  let survived = false;
  try {
    const take = await takeOf(ada, ben, async () => {
      await pause((seconds * 1000) / 2);
      struckAtMs = Date.now();
      await fault.strike(stage);
      usableAtMs = Date.now();
      await pause(noticeMs);
      await Promise.all([ada, ben].map((person) => person.sees('[data-recording="sending"]')));
      await pause((seconds * 1000) / 2);
      survived = await goesOn(ada, ben);
    });
    console.error(words(take));
    await ada.press('Hang up');
    await ben.hasEnded('ended');
    return outcomeOf(take, fault, { struckAtMs, usableAtMs, survived });
  } catch (error) {
    console.error(`FAILED: ${error instanceof Error ? error.message : error}`);
    for (const { name, page } of [ada, ben]) console.error(`${name}'s page: ${await stateOf(page)}`);
    await giveUp([ada, ben]);
    const unknown = { frames_sent: null, frames_in_file: null, lost_ms: null };
    return { ...unknown, call_survived: survived, files: 0, gaps_named: false, ok: false };
  }
}

/** What a page says of its call and its part of the recording. */
function stateOf(page: Page): Promise<string> {
  return page
    .evaluate(() => {
      const leg = document.querySelector<HTMLElement>('[data-recording]')?.dataset.recording ?? 'no recording';
      return `${leg}; ${document.body.innerText.replaceAll(/\s+/g, ' ').slice(0, 300)}`;
    })
    .catch((error) => String(error));
}

interface Times {
  struckAtMs: number;
  usableAtMs: number;
  survived: boolean;
}

function outcomeOf(take: Take, fault: RecordingFault, { struckAtMs, usableAtMs, survived }: Times): FaultOutcome {
  const { verdict, framesSent, files, recording } = take;
  // A hole that begins before the fault has taken what was there; what was sent while nothing could arrive is no loss.
  const lostMs = Math.max(
    0,
    ...(['picture', 'sound'] as const).map((kind) =>
      verdict.holes
        .filter((hole) => hole.kind === kind)
        .reduce((sum, hole) => sum + outside(hole, struckAtMs, usableAtMs), 0),
    ),
  );
  const named = verdict.holes.every((hole) => isNamed(hole, take));
  for (const { kind, fromMs, toMs } of verdict.holes)
    console.error(
      `${kind} missing from ${Math.round(fromMs - struckAtMs)} to ${Math.round(toMs - struckAtMs)} ms after`,
    );
  console.error(`possible again after ${usableAtMs - struckAtMs} ms; gaps named: ${JSON.stringify(recording.gaps)}`);
  return {
    frames_sent: framesSent,
    frames_in_file: verdict.framesInFile,
    lost_ms: Math.round(lostMs),
    call_survived: survived,
    files,
    gaps_named: named,
    ok: survived && files === 1 && named && lostMs <= fault.mayLoseMs,
  };
}

/** How much of a hole lies before what caused it; one that something else has caused counts whole. */
function outside({ fromMs, toMs }: Hole, struckAtMs: number, usableAtMs: number): number {
  if (toMs < struckAtMs || fromMs > usableAtMs) return toMs - fromMs;
  return Math.max(0, struckAtMs - fromMs);
}

function isNamed({ kind, fromMs, toMs }: Hole, { recording, verdict }: Take): boolean {
  const tracks = kind === 'picture' ? 'camera' : 'microphone';
  return recording.gaps.some(({ track, at_ms: atMs, length_ms: lengthMs }) => {
    const startMs = atMs - verdict.delayMs;
    return track === tracks && startMs < fromMs + nearMs && startMs + lengthMs > toMs - nearMs;
  });
}

/** Both are in the same call, and picture and sound arrive. */
async function goesOn(ada: Person, ben: Person): Promise<boolean> {
  try {
    await Promise.all([ada, ben].map((person) => person.isIn('CONNECTED')));
    await Promise.all([ada, ben].map((person) => seesAndHears(person)));
    return true;
  } catch (error) {
    console.error(`The call does not go on: ${error instanceof Error ? error.message : error}`);
    return false;
  }
}

async function onTheRecord<T>(network: Network, ground: Ground, play: (stage: Stage) => Promise<T>): Promise<T> {
  const cast: Cast = { couple: ['chromium', 'chromium'] };
  // Without the film of everybody, which tells nothing of this and takes longer than the call.
  const alone = { 'Recording:Addresses:0': publicAddresses.server, 'Recording:FfmpegPath': 'no-ffmpeg' };
  const settings = { ...alone, ...ground.settings };
  return onStage(network, { ...cast, settings, serverVia: ground.via ?? [] }, async (stage) => {
    for (const { page } of [stage.ada, stage.ben]) await numberMedia(page);
    return play(stage);
  });
}

function words({ framesSent, verdict, files }: Take): string {
  const { framesInFile, distinctFrames, unreadable, avOffsetMs, worstAvOffsetMs, tones, strayMs } = verdict;
  const offset = `sound ${avOffsetMs?.toFixed(1)} ms late (at worst ${worstAvOffsetMs?.toFixed(1)}, ${tones} tones)`;
  const frames = `${framesInFile} of ${framesSent} frames, ${distinctFrames} distinct, ${unreadable} unreadable`;
  return `${frames}, ${offset}, clock strays ${strayMs.toFixed(1)} ms, ${files} file(s)`;
}
