import type { Person } from '../tests/Browser/driver/person';
import type { Host } from './host';
import { pause } from './pause';
import type { Stage } from './stage';

/** Between two networks, a phone has none. */
const swapMs = 500;

export interface Scene {
  stage: Stage;
  /** Whose network it is; the other side's, for what strikes both. */
  victim: Host;
  other: Host;
  /** Who sits at the victim. */
  person: Person;
}

/** Something that happens to a call. */
export interface Fault {
  /** Of `topologies`: where it happens if nobody says otherwise. */
  topology: string;
  /** How many interfaces the victim needs; 1 by default. */
  interfaces?: 2;
  /** Both need as many. */
  strikesBoth?: true;
  /** Needs lines whose conditions can be changed. */
  lines?: true;
  turnServers?: 2;
  /** Before the call. */
  prepare?(scene: Scene): void;
  /** Resolves when a path can be used again, or can still be used. */
  strike(scene: Scene): Promise<void>;
  /** After the call, whatever has become of it. */
  repair(scene: Scene): Promise<void>;
}

function outage(ms: number): Fault {
  return {
    topology: 'cone',
    lines: true,
    strike: async ({ victim }) => {
      await victim.line.setBoth({ down: true });
      await pause(ms);
      await victim.line.setBoth({});
    },
    repair: ({ victim }) => victim.line.setBoth({}),
  };
}

/** Every one loses its first network and finds its second a little later. */
async function swap(hosts: readonly Host[]): Promise<void> {
  for (const host of hosts) host.card(0).unplug();
  await pause(swapMs);
  for (const host of hosts) host.card(1).plug();
}

async function backToFirst(hosts: readonly Host[]): Promise<void> {
  for (const host of hosts) {
    host.card(1).unplug();
    host.card(0).plug();
  }
}

export const faults: Readonly<Record<string, Fault>> = {
  'outage-2s': outage(2_000),
  'outage-8s': outage(8_000),
  'outage-25s': outage(25_000),
  'interface-swap': {
    topology: 'two-interfaces',
    interfaces: 2,
    prepare: ({ victim }) => victim.card(1).unplug(),
    strike: ({ victim }) => swap([victim]),
    repair: ({ victim }) => backToFirst([victim]),
  },
  'address-change': {
    topology: 'two-interfaces',
    interfaces: 2,
    prepare: ({ victim }) => victim.card(1).unplug(),
    strike: async ({ victim }) => victim.tunnelThrough(1),
    repair: ({ victim }) => backToFirst([victim]),
  },
  'nat-rebinding': {
    topology: 'cone',
    strike: async ({ victim }) => victim.card(0).router.rebind(),
    repair: async () => undefined,
  },
  'udp-blocked': {
    topology: 'cone',
    strike: async ({ victim }) => victim.card(0).router.block('-p', 'udp'),
    repair: async ({ victim }) => victim.card(0).router.unblock(),
  },
  'turn-killed': {
    topology: 'symmetric',
    turnServers: 2,
    strike: async ({ stage, person }) => {
      const address = await relayOf(person);
      const turn = stage.turns.find((candidate) => candidate.addresses.includes(address ?? ''));
      if (!turn) throw new Error('The call goes through no TURN server that could be killed.');
      await turn.stop();
    },
    repair: async ({ stage }) => {
      for (const turn of stage.turns) await turn.start();
    },
  },
  'signalling-restart': {
    topology: 'cone',
    strike: async ({ stage: { server } }) => {
      await server.stop('SIGKILL');
      await server.start();
    },
    repair: async () => undefined,
  },
  'both-at-once': {
    topology: 'two-interfaces-each',
    interfaces: 2,
    strikesBoth: true,
    prepare: ({ victim, other }) => {
      for (const host of [victim, other]) host.card(1).unplug();
    },
    strike: ({ victim, other }) => swap([victim, other]),
    repair: ({ victim, other }) => backToFirst([victim, other]),
  },
};

/** The address of the TURN server that carries the person's call, on either end of the pair in use. */
function relayOf(person: Person): Promise<string | null> {
  return person.page.evaluate(async () => {
    for (const connection of window.probe.connections) {
      const report = await connection.getStats();
      const entries = [...report.values()];
      const transport = entries.find(({ type }) => type === 'transport');
      const pair = report.get(transport?.selectedCandidatePairId ?? '');
      for (const id of [pair?.localCandidateId, pair?.remoteCandidateId]) {
        const candidate = report.get(id ?? '');
        if (candidate?.candidateType === 'relay') return candidate.address ?? null;
      }
    }
    return null;
  });
}
