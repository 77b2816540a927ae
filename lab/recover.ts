/**
 * What becomes of a call when something happens to its network: the real app in real browsers. One person has turned the
 * microphone off and the other the camera, so what flows in either direction is known, and so is what must stay off.
 */

import { percentile } from '../bench/answer';
import { named } from '../tests/Browser/driver/names';
import { connect, type Person } from '../tests/Browser/driver/person';
import { follow, interruptions, type Kind, type Seen, seenBy } from './arrivals';
import { chanceOf } from './chance';
import type { Fault, Scene } from './faults';
import type { Network } from './network';
import { pause } from './pause';
import { beginAnew, giveUp, printTimeline } from './people';
import { type Couple, onStage, type Stage } from './stage';

/** Media that has flowed for so long is back for good. */
const steadyMs = 3_000;
/** After a path can be used again; longer than the client's own patience. */
const recoveryLimitMs = 75_000;
const pollMs = 250;
/** How long after the call is quiet the fault comes: at any moment of the client's own rhythm. */
const spreadMs = 1_000;
/** Media that is back later than this after the network is worth a look: its timeline is printed. */
const aimMs = 2_000;
/** Nothing of a kind for so long: it does not flow. */
const silenceMs = 500;
const stateLimitMs = 10_000;
/** What a call that goes on shows. */
const stillOn = new Set(['CONNECTED', 'RECONNECTING']);

export interface Outcome {
  ok: number;
  runs: number;
  media_gap_p50_ms: number | null;
  media_gap_p95_ms: number | null;
  after_network_p95_ms: number | null;
}

interface Side {
  person: Person;
  /** What reaches this person: the other has turned the rest off. */
  hears: Kind;
  off: 'microphone' | 'camera';
}

type Result = { ok: true; gapMs: number; afterNetworkMs: number } | { ok: false; why: string };

export function recover(
  network: Network,
  fault: Fault,
  options: { couple: Couple; runs: number; seed: number },
): Promise<Outcome> {
  const { couple, runs, seed } = options;
  const chance = chanceOf(seed);
  return onStage(network, { couple, turnServers: fault.turnServers }, async (stage) => {
    const results: Result[] = [];
    for (let run = 1; run <= runs; run++) {
      const result = await oneRun(stage, fault, run, chance);
      results.push(result);
      console.error(`run ${run}: ${words(result)}`);
    }
    const good = results.flatMap((result) => (result.ok ? [result] : []));
    const gaps = good.map(({ gapMs }) => gapMs);
    return {
      ok: good.length,
      runs,
      media_gap_p50_ms: percentile(gaps, 50),
      media_gap_p95_ms: percentile(gaps, 95),
      after_network_p95_ms: percentile(
        good.map(({ afterNetworkMs }) => afterNetworkMs),
        95,
      ),
    };
  });
}

async function oneRun(stage: Stage, fault: Fault, run: number, chance: () => number): Promise<Result> {
  const { ada, ben, network } = stage;
  const people = [ada, ben];
  // Each is struck, and each has the microphone off, in every second run, where the network allows it.
  const callerCan = network.caller.interfaces.length >= (fault.interfaces ?? 1);
  const calleeCan = network.callee.interfaces.length >= (fault.interfaces ?? 1);
  const scene: Scene =
    callerCan && (run % 2 === 1 || !calleeCan)
      ? { stage, victim: network.caller, other: network.callee, person: ada }
      : { stage, victim: network.callee, other: network.caller, person: ben };
  const silent = run % 4 < 2 ? ada : ben;
  const sides: readonly [Side, Side] = [ada, ben].map(
    (person): Side =>
      person === silent ? { person, hears: 'audio', off: 'microphone' } : { person, hears: 'video', off: 'camera' },
  ) as [Side, Side];

  let struckAtMs = 0;
  try {
    await beginAnew(ada, ben);
    fault.prepare?.(scene);
    await connect(ada, ben);
    for (const { person } of sides) await follow(person.page);
    await mediaFlows(sides);
    for (const { person, off } of sides) await person.press(`Turn ${off} off`);
    await Promise.all(sides.map((side, index) => seesOff(side.person, sides[1 - index] as Side)));
    await mediaFlows(sides);
    await pause(chance() * spreadMs);

    struckAtMs = Date.now();
    await fault.strike(scene);
    const usableAtMs = Date.now();
    const back = await backSince(sides, struckAtMs, usableAtMs, recoveryLimitMs);
    if (!back.ok) return await failed(back.why, people, struckAtMs);
    const wrong = await whatIsWrong(sides, struckAtMs);
    if (wrong !== null) return await failed(wrong, people, struckAtMs);
    if (back.afterNetworkMs > aimMs) await printTimeline(people, struckAtMs);
    await ada.press('Hang up');
    await Promise.all([ada.hasEnded('ended'), ben.hasEnded('ended')]);
    for (const { page, name } of people) {
      if ((await page.$$('iframe')).length > 0)
        return await failed(`a window for ${name}'s connection is left`, people, struckAtMs);
    }
    return back;
  } catch (error) {
    return await failed(error instanceof Error ? error.message : String(error), people, struckAtMs);
  } finally {
    await fault.repair(scene);
  }
}

function looksAt(sides: readonly Side[]): Promise<(Seen | null)[]> {
  return Promise.all(sides.map(({ person }) => seenBy(person.page)));
}

/** Waits until what is left of sound and picture reaches both. */
async function mediaFlows(sides: readonly [Side, Side]): Promise<void> {
  const sinceMs = Date.now();
  const flowing = await backSince(sides, sinceMs, sinceMs, recoveryLimitMs);
  if (!flowing.ok) throw new Error(`Before anything happened: ${flowing.why}`);
}

async function backSince(
  sides: readonly [Side, Side],
  struckAtMs: number,
  usableAtMs: number,
  limitMs: number,
): Promise<Result> {
  for (;;) {
    const all = await looksAt(sides);
    const nowMs = Date.now();
    let gapMs = 0;
    let backAtMs = usableAtMs;
    const missing: string[] = [];
    for (const [index, { person, hears }] of sides.entries()) {
      const seen = all[index];
      if (!seen) return { ok: false, why: `${person.name} has another page: it was reloaded` };
      const { gaps, lastMs } = seen[hears];
      for (const { fromMs, toMs } of interruptions(gaps, struckAtMs)) {
        gapMs = Math.max(gapMs, toMs - fromMs);
        backAtMs = Math.max(backAtMs, toMs);
      }
      if (nowMs - lastMs >= silenceMs) missing.push(`no ${hears} reaches ${person.name}`);
    }
    if (missing.length === 0 && nowMs - backAtMs >= steadyMs) {
      return { ok: true, gapMs, afterNetworkMs: backAtMs - usableAtMs };
    }
    if (nowMs - usableAtMs > limitMs) {
      return { ok: false, why: missing.join(', ') || 'media comes and goes' };
    }
    await pause(pollMs);
  }
}

/** Waits until the person is told that the other has turned it off. */
function seesOff(person: Person, other: Side): Promise<void> {
  return person.sees(`[data-remote-${other.off}="off"]`);
}

/** What the call should be although media flows, and is not; `null` if all is well. */
async function whatIsWrong(sides: readonly [Side, Side], struckAtMs: number): Promise<string | null> {
  for (const [index, { person, off, hears }] of sides.entries()) {
    const { page, name } = person;
    const connected = 'main[data-screen="call"][data-call-state="CONNECTED"]';
    const shown = await page.waitForSelector(connected, { timeout: stateLimitMs }).catch(() => null);
    if (!shown) return `media is back and ${name} still reads that it is not`;
    await shown.dispose();
    const seen = await seenBy(page);
    if (!seen) return `${name} has another page: it was reloaded`;
    if (seen.changes.some(({ atMs, what, value }) => atMs > struckAtMs && what === 'call' && !stillOn.has(value)))
      return `${name} is in another call`;
    const other = sides[1 - index] as Side;
    for (const device of ['microphone', 'camera'] as const) {
      const wanted = `Turn ${device} ${device === off ? 'on' : 'off'}`;
      if ((await page.$$(named('button', wanted))).length === 0) return `${name} no longer has the button "${wanted}"`;
    }
    if ((await page.$$(`[data-remote-${other.off}="off"]`)).length === 0)
      return `${name} no longer reads that the other's ${other.off} is off`;
    const longAgoMs = Date.now() - steadyMs;
    const hasSound = seen.soundAtMs > longAgoMs;
    if (hears === 'audio' && !hasSound) return `packets of sound reach ${name}, and nothing is to be heard`;
    if (hears === 'video' ? hasSound : seen.video.lastMs > longAgoMs)
      return `${name} gets what the other has turned off: ${other.off}`;
  }
  return null;
}

async function failed(why: string, people: readonly Person[], zeroMs: number): Promise<Result> {
  await printTimeline(people, zeroMs);
  await giveUp(people);
  return { ok: false, why };
}

function words(result: Result): string {
  if (!result.ok) return `FAILED: ${result.why}`;
  return `media gap ${result.gapMs} ms, back ${result.afterNetworkMs} ms after the network`;
}
