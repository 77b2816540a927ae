import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { measured, seesAndHears } from '../tests/Browser/driver/media';
import { connect, type Person } from '../tests/Browser/driver/person';
import type { IceTest } from '../web/sdk/src/api';
import { interruptions } from './arrivals';
import { faults } from './faults';
import { iceTestOf } from './iceTest';
import { isGone, namespacesOf, processesIn } from './namespaces';
import { Network } from './network';
import { oneOf, topologyOf } from './options';
import { pause } from './pause';
import { recover } from './recover';
import { type Couple, onStage, type Stage } from './stage';
import { removeLeftovers, tidily } from './tidy';

const seed = 1;
const couple = ['chromium', 'chromium'] as const;

interface Truth {
  /** Whether the call has to take a relay. */
  relay: boolean;
  /** What the test of the network has to say from the caller's side. */
  caller: Partial<IceTest>;
  /** From the callee's, where that is another kind of place. */
  callee?: Partial<IceTest>;
}

const open: Partial<IceTest> = { verdict: 'open', nat: 'one_port', ipv4: true, ipv6: false };
const strict: Partial<IceTest> = { verdict: 'strict_nat', nat: 'port_each', ipv4: true, ipv6: false };

const truths: Readonly<Record<string, Truth>> = {
  lan: { relay: false, caller: open },
  symmetric: { relay: true, caller: strict },
  'udp-blocked': { relay: true, caller: { verdict: 'tcp_only', nat: 'unknown', ipv4: true } },
  'tls-only': { relay: true, caller: { verdict: 'tls_only', nat: 'unknown', ipv4: true } },
  'ipv6-one-side': { relay: true, caller: { verdict: 'open', nat: 'none', ipv4: false, ipv6: true } },
  'two-interfaces': { relay: true, caller: strict, callee: open },
  'two-interfaces-each': { relay: false, caller: open },
};

describe('a call', () => {
  it.each(Object.entries(truths))(
    'connects in the network %s by every interface there is, and the test of the network tells how',
    async (topology, { relay, caller, callee }) => {
      await inNetwork(topology, async ({ network, ada, ben }) => {
        await connect(ada, ben);
        await Promise.all([seesAndHears(ada), seesAndHears(ben)]);
        await expect.poll(async () => (await typesInUse(ada, ben)).includes('relay'), { timeout: 30_000 }).toBe(relay);
        expect(await hostAddresses(ben)).toEqual(network.callee.interfaces.map(({ address }) => address));
        await ada.press('Hang up');
        await Promise.all([ada.hasEnded('ended'), ben.hasEnded('ended')]);
        await Promise.all([tells(ada, caller), callee && tells(ben, callee)]);
      });
    },
  );

  it.each(['outage-2s', 'nat-rebinding'])('goes on after %s, with what was off still off', async (name) => {
    const fault = oneOf(faults, name, '--fault');
    const outcome = await tidily(async () => {
      const network = await Network.make(topologyOf(fault.topology), fault.lines ? { seed } : {});
      return recover(network, fault, { couple, runs: 1, seed });
    });
    expect(outcome.ok).toBe(outcome.runs);
  });
});

describe('the test of the network', () => {
  it.each(['chromium', 'firefox'] as const)(
    'finds every server and a router that keeps ports in the network cone, in %s',
    async (browser) => {
      await inNetwork(
        'cone',
        async ({ ada }) => {
          const { words, test } = await iceTestOf(ada.page, ada.url);
          expect(test, words).toMatchObject({ verdict: 'open', nat: 'one_port', ipv4: true, ipv6: false });
          for (const { url, kind, transport, state, roundTripMs, lossShare, throughputBps } of test.servers) {
            // Firefox cannot be told of the certificate.
            const trusted = transport !== 'tls' || browser === 'chromium';
            expect(state, url).toBe(trusted ? 'works' : 'fails');
            if (kind === 'stun' || !trusted) continue;
            expect(roundTripMs, url).toBeGreaterThan(0);
            expect(lossShare, url).toBeLessThan(0.5);
            expect(throughputBps, url).toBeGreaterThan(100_000);
          }
        },
        [browser, 'chromium'],
      );
    },
  );
});

describe('an interruption', () => {
  const before = { fromMs: 0, toMs: 900 };
  const first = { fromMs: 1_000, toMs: 1_600 };
  const short = { fromMs: 2_000, toMs: 2_600 };
  const relapse = { fromMs: 3_000, toMs: 4_000 };

  it('is the first silence after what caused it, and each long one that follows', () => {
    expect(interruptions([before, first, short, relapse], 1_000)).toEqual([first, relapse]);
    expect(interruptions([before], 1_000)).toEqual([]);
  });
});

describe('the lab', () => {
  it('takes away what a run has left that was killed', async () => {
    const program = fileURLToPath(new URL('./lab.ts', import.meta.url));
    const run = spawn(process.execPath, ['--import', 'tsx', program, 'setup', '--topology', 'cone'], {
      stdio: 'ignore',
    });
    onTestFinished(() => void run.kill('SIGKILL'));
    const id = run.pid ?? 0;
    const left = (part = '') =>
      namespacesOf(id)
        .filter((name) => name.endsWith(part))
        .flatMap((name) => processesIn(name));
    // A browser has several processes; the callee's is the last to start.
    while (left('-callee').length < 3) await pause(100);
    const exited = once(run, 'exit');
    run.kill('SIGKILL');
    await exited;
    const processes = left();
    const names = namespacesOf(id);
    expect(names).not.toEqual([]);
    expect(processes).not.toEqual([]);
    expect(foldersOf(id)).not.toEqual([]);

    removeLeftovers();
    expect(namespacesOf(id)).toEqual([]);
    expect(processes.filter((process) => !isGone(process))).toEqual([]);
    expect(foldersOf(id)).toEqual([]);
  });
});

async function inNetwork(
  topology: string,
  play: (stage: Stage) => Promise<void>,
  browsers: Couple = couple,
): Promise<void> {
  await tidily(async () =>
    onStage(await Network.make(topologyOf(topology)), { couple: browsers, turnServers: 2 }, play),
  );
}

/** After a call. */
async function tells(person: Person, truth: Partial<IceTest>): Promise<void> {
  await person.press('Return');
  const { words, test } = await iceTestOf(person.page, person.url);
  expect(test, words).toMatchObject(truth);
}

/** What each has chosen at its own end. */
async function typesInUse(...people: Person[]): Promise<(string | undefined)[]> {
  return Promise.all(people.map(async (person) => (await measured(person)).pair?.local.type));
}

/** The person's own addresses that are candidates of the call. */
function hostAddresses(person: Person): Promise<string[]> {
  return person.page.evaluate(async () => {
    const addresses = new Set<string>();
    for (const connection of window.probe.connections) {
      for (const entry of (await connection.getStats()).values()) {
        if (entry.type === 'local-candidate' && entry.candidateType === 'host') addresses.add(entry.address);
      }
    }
    return [...addresses].sort();
  });
}

function foldersOf(owner: number): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith(`sightline-lab-${owner}-`));
}
