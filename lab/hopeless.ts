/** No path for media at all, while signalling is up: whether both people are soon told why and what to try. */

import { percentile } from '../bench/answer';
import { connect, type Person } from '../tests/Browser/driver/person';
import { follow, seenBy } from './arrivals';
import type { Network } from './network';
import { pause } from './pause';
import { beginAnew, giveUp, printTimeline } from './people';
import { onStage, type Stage } from './stage';

/** A person who reads nothing for longer thinks that it hangs. */
const toldLimitMs = 20_000;
/** After this, nothing may be under way any more. */
const overLimitMs = 90_000;
const pollMs = 500;

export interface Outcome {
  ok: number;
  runs: number;
  /** Until both could read why it does not work and what to try. */
  told_p95_ms: number | null;
  /** Until it was over by itself on both sides. */
  over_p95_ms: number | null;
}

/** Resolves with the moment from which it was hopeless. */
type Scenario = (stage: Stage) => Promise<number>;

export const scenarios: Readonly<Record<string, Scenario>> = {
  'no-path': async ({ network, turns, ada, ben }) => {
    blockMedia(network, turns);
    await ada.calls(ben);
    await ben.isRungBy(ada);
    for (const { page } of [ada, ben]) await follow(page);
    await ben.press('Answer with video');
    return Date.now();
  },
  'path-lost': async ({ network, turns, ada, ben }) => {
    await connect(ada, ben);
    for (const { page } of [ada, ben]) await follow(page);
    blockMedia(network, turns);
    return Date.now();
  },
};

type Result = { ok: true; toldMs: number; overMs: number } | { ok: false; why: string };

export function hopeless(network: Network, kinds: readonly Scenario[], runs: number): Promise<Outcome> {
  return onStage(network, { couple: ['chromium', 'chromium'] }, async (stage) => {
    const good: { toldMs: number; overMs: number }[] = [];
    for (const scenario of kinds) {
      for (let run = 1; run <= runs; run++) {
        const result = await oneRun(stage, scenario);
        if (result.ok) good.push(result);
        console.error(
          `run ${run}: ${result.ok ? `told after ${result.toldMs} ms, over after ${result.overMs} ms` : `FAILED: ${result.why}`}`,
        );
      }
    }
    return {
      ok: good.length,
      runs: kinds.length * runs,
      told_p95_ms: percentile(
        good.map(({ toldMs }) => toldMs),
        95,
      ),
      over_p95_ms: percentile(
        good.map(({ overMs }) => overMs),
        95,
      ),
    };
  });
}

async function oneRun(stage: Stage, scenario: Scenario): Promise<Result> {
  const people = [stage.ada, stage.ben];
  let sinceMs = Date.now();
  try {
    await beginAnew(stage.ada, stage.ben);
    sinceMs = await scenario(stage);
    const result = await whatTheyRead(people, sinceMs);
    if (!result.ok) await printTimeline(people, sinceMs);
    return result;
  } catch (error) {
    await printTimeline(people, sinceMs);
    return { ok: false, why: error instanceof Error ? error.message : String(error) };
  } finally {
    await giveUp(people);
    for (const router of stage.network.routers.values()) router.unblock();
  }
}

async function whatTheyRead(people: readonly Person[], sinceMs: number): Promise<Result> {
  for (;;) {
    const sides = await Promise.all(people.map(readBy));
    if (sides.every(({ overAtMs }) => overAtMs !== null)) {
      const toldMs = Math.max(...sides.map(({ toldAtMs }) => toldAtMs ?? Number.POSITIVE_INFINITY)) - sinceMs;
      const overMs = Math.max(...sides.map(({ overAtMs }) => overAtMs ?? 0)) - sinceMs;
      console.error(sides.map(({ name, words }) => `${name} reads: ${words}`).join('\n'));
      return toldMs > toldLimitMs
        ? { ok: false, why: `both are told only after ${toldMs} ms` }
        : { ok: true, toldMs, overMs };
    }
    if (Date.now() - sinceMs > overLimitMs) {
      const waiting = sides.filter(({ overAtMs }) => overAtMs === null).map(({ name }) => name);
      return { ok: false, why: `it goes on and on for ${waiting.join(' and ')}` };
    }
    await pause(pollMs);
  }
}

async function readBy({ page, name }: Person) {
  const changes = (await seenBy(page))?.changes ?? [];
  const told = changes.find(({ what, value }) => what === 'told' && value !== 'nothing');
  const over = changes.find(({ what, value }) => what === 'call' && value === 'ENDED');
  return { name, words: told?.value ?? 'nothing', toldAtMs: told?.atMs ?? null, overAtMs: over?.atMs ?? null };
}

/** Nothing but signalling gets out. */
function blockMedia({ routers }: Network, turns: Stage['turns']): void {
  for (const router of routers.values()) {
    router.block('-p', 'udp');
    for (const address of turns.flatMap(({ addresses }) => addresses)) {
      router.block('-d', address);
      router.block('-s', address);
    }
  }
}
