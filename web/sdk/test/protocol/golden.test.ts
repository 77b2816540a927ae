import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readCallMessage, readNotification } from '../../src/protocol/read.js';
import { readRecording } from '../../src/recording/index.js';
import { World } from '../support/world.js';

interface Golden {
  readonly name: string;
  readonly socket: 'call' | 'notifications';
  readonly message: Readonly<Record<string, unknown>>;
  readonly valid: boolean;
}

const golden = (direction: string): Golden[] =>
  JSON.parse(readFileSync(new URL(`../../../../protocol/golden/${direction}.json`, import.meta.url), 'utf8'));

const read = ({ socket, message }: Golden, change: object = {}) =>
  (socket === 'call' ? readCallMessage : readNotification)({ ...message, ...change });

// The socket answers these itself.
const fromServer = golden('server').filter((one) => one.valid && one.message.type !== 'pong');
const isOfRecording = (one: Golden) => one.message.notification_type === 'RECORDING';

describe('a golden message of the server', () => {
  it.each(fromServer)('$name is understood', (one) => {
    expect(read(one)).toEqual(one.message);
  });

  it.each(fromServer)('$name is understood with properties of a newer version', (one) => {
    expect(read(one, { mood: 'sunny' })).not.toBeNull();
  });

  it.each(fromServer)('$name is ignored when a property is of another type', (one) => {
    // What the SDK does not read may be anything; a recording is read where recordings are.
    const unread = one.message.type === 'error' ? ['message'] : isOfRecording(one) ? ['recording'] : [];
    for (const property of Object.keys(one.message).filter((name) => !unread.includes(name))) {
      expect(read(one, { [property]: { nested: [7] } }), property).toBeNull();
    }
  });
});

describe('a golden recording', () => {
  it.each(fromServer.filter(isOfRecording))('$name is understood', ({ message }) => {
    const wire = message.recording as Record<string, unknown>;
    const { recording_id: recordingId, length_ms: lengthMs, started_at: startedAt } = wire;
    const startedAtMs = Date.parse(String(startedAt));
    expect(readRecording(wire)).toMatchObject({ recordingId, lengthMs, startedAtMs, status: wire.status });
    expect(readRecording({ ...wire, mood: 'sunny' })).not.toBeNull();
    for (const property of Object.keys(wire)) {
      expect(readRecording({ ...wire, [property]: { nested: [7] } }), property).toBeNull();
    }
  });
});

describe('a golden message of a device', () => {
  it('looks like what the SDK says', async () => {
    const world = new World();
    const { ada, grace, outgoing, incoming } = await world.talk();
    world.network.cut();
    await world.reach(outgoing, 'RECONNECTING');
    world.network.heal();
    await world.reach(outgoing, 'CONNECTED');
    await world.clock.advance(20_000);
    incoming.hangUp();
    await world.reach(outgoing, 'ENDED');

    const said = [...ada.sockets, ...grace.sockets].flatMap((socket) => socket.sent);
    const looks = new Map<unknown, Set<string>>();
    for (const message of golden('client')
      .filter((one) => one.valid)
      .map((one) => one.message)) {
      looks.set(message.type, (looks.get(message.type) ?? new Set()).add(Object.keys(message).sort().join()));
    }
    for (const message of said) {
      expect([...(looks.get(message.type) ?? [])], String(message.type)).toContain(Object.keys(message).sort().join());
    }
    const kinds = new Set(said.map((message) => message.type));
    for (const kind of ['join', 'accept', 'offer', 'answer', 'ice_restart', 'ack', 'media_state', 'end_call', 'ping']) {
      expect(kinds).toContain(kind);
    }
  });
});
