import { describe, expect, it } from 'vitest';
import type { CallState } from '../../src/api.js';
import { type CallEvent, type CallMachine, idle, table, transition } from '../../src/call/machine.js';
import { call as policy } from '../../src/policy.js';
import { forSeeds, pick } from '../support/random.js';

const states = Object.keys(table) as CallState[];
const events: readonly CallEvent[] = [
  { type: 'dial' },
  { type: 'ring' },
  { type: 'rejoin' },
  { type: 'created' },
  { type: 'accepted' },
  { type: 'answer' },
  { type: 'connected' },
  { type: 'disrupted' },
  { type: 'hang_up' },
  { type: 'fail', reason: 'refused' },
  { type: 'fail', reason: 'connection_lost' },
  { type: 'over', reason: 'missed', bySelf: false },
  { type: 'finish' },
  { type: 'reset' },
];

function play(...steps: readonly CallEvent[]): CallMachine {
  return steps.reduce((machine, event, index) => {
    const result = transition(machine, event, index);
    if (!result.ok) throw new Error(result.reason);
    return result.machine;
  }, idle);
}

describe('the call machine', () => {
  it('has an approved answer to every event in every state', async () => {
    const lines = states.flatMap((state) =>
      events.map((event) => {
        const name = 'reason' in event ? `${event.type}(${event.reason})` : event.type;
        const result = transition({ ...idle, state }, event, 0);
        if (!result.ok) return `${state} + ${name} -> rejected`;
        const effects = result.effects.map((effect) => Object.values(effect).join(':')).join(', ');
        return `${state} + ${name} -> ${result.machine.state}${effects === '' ? '' : ` [${effects}]`}`;
      }),
    );
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('transitions.approved.txt');
  });

  it('says why it rejects an event', () => {
    expect(transition(idle, { type: 'answer' }, 0)).toEqual({ ok: false, reason: 'answer does not fit IDLE' });
  });

  it('remembers every change with its time and cause', () => {
    expect(play({ type: 'ring' }, { type: 'answer' }).history).toEqual([
      { atMs: 0, from: 'IDLE', to: 'INCOMING', cause: 'ring' },
      { atMs: 1, from: 'INCOMING', to: 'CONNECTING', cause: 'answer' },
    ]);
  });

  it.each<[string, readonly CallEvent[]]>([
    ['cancelled', [{ type: 'dial' }, { type: 'created' }]],
    ['cancelled', [{ type: 'dial' }, { type: 'created' }, { type: 'accepted' }]],
    ['declined', [{ type: 'ring' }]],
    ['ended', [{ type: 'ring' }, { type: 'answer' }, { type: 'connected' }]],
  ])('calls a hang-up %s where it is that', (reason, steps) => {
    expect(play(...steps, { type: 'hang_up' })).toMatchObject({ endReason: reason, endedBySelf: true });
  });

  it('keeps what this device knew first when the server then says otherwise', () => {
    const machine = play({ type: 'ring' }, { type: 'hang_up' }, { type: 'over', reason: 'missed', bySelf: false });
    expect(machine).toMatchObject({ state: 'ENDED', endReason: 'declined', endedBySelf: true });
  });

  it('counts the duration from the first connection to the hang-up, whatever breaks between', () => {
    const machine = play(
      { type: 'ring' },
      { type: 'answer' },
      { type: 'connected' },
      { type: 'disrupted' },
      { type: 'connected' },
      { type: 'hang_up' },
      { type: 'finish' },
    );
    expect(machine).toMatchObject({ connectedAtMs: 2, endedAtMs: 5 });
  });

  it('keeps only the newest changes', () => {
    let machine = play({ type: 'ring' }, { type: 'answer' }, { type: 'connected' });
    for (let i = 0; i < policy.maxHistory; i += 1) {
      const result = transition(machine, { type: i % 2 === 0 ? 'disrupted' : 'connected' }, i);
      if (!result.ok) throw new Error(result.reason);
      machine = result.machine;
    }
    expect(machine.history).toHaveLength(policy.maxHistory);
    expect(machine.history.at(-1)?.atMs).toBe(policy.maxHistory - 1);
  });

  it('holds its promises under any sequence of events', () => {
    forSeeds(300, (random) => {
      let machine = idle;
      let released = false;
      for (let step = 0; step < 80; step += 1) {
        const event = pick(random, events);
        const before = machine;
        const result = transition(machine, event, step);
        if (!result.ok) {
          expect(table[before.state][event.type]).toBeUndefined();
          continue;
        }
        machine = result.machine;
        if (before.state === 'IDLE') released = false;
        released ||= result.effects.some((effect) => effect.type === 'release');

        expect(machine.history.at(-1)).toMatchObject({ from: before.state, to: machine.state });
        // Whatever ends a call releases its media first, says why, and keeps saying the same.
        const over = machine.state === 'ENDING' || machine.state === 'ENDED';
        if (over) expect(released).toBe(true);
        if (over) expect(machine.endReason).not.toBeNull();
        if (before.endReason !== null) expect(machine.endReason).toBe(before.endReason);
        if (machine.state === 'CONNECTED') expect(machine.connectedAtMs).not.toBeNull();
        // The next call starts afresh.
        if (machine.state === 'IDLE') machine = idle;
      }
    });
  });

  it('reaches ENDED from every state of a call by hanging up', () => {
    for (const state of states.filter((one) => !['IDLE', 'ENDING', 'ENDED'].includes(one))) {
      const hungUp = transition({ ...idle, state }, { type: 'hang_up' }, 0);
      if (!hungUp.ok) throw new Error(hungUp.reason);
      expect(transition(hungUp.machine, { type: 'finish' }, 1)).toMatchObject({ machine: { state: 'ENDED' } });
    }
  });
});
