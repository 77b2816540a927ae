import { describe, expect, it } from 'vitest';
import { World } from '../support/world.js';

const row = [5, 0, 85, 90, 80, 12, 0, 42, 5, 1_800, 1_700, 30, 720, 250, 29, 360, 60];
const event = { at_ms: 1_500, kind: 'path', value: 'relay:tls', person: 0 };
const part = {
  person_id: 'ada',
  source: 'phone',
  began_at: '2026-11-20T12:00:00.000Z',
  people: ['grace'],
  events: [event, { ...event, kind: 'state', value: 'CONNECTED', person: null }],
  samples: [row],
};
const beganAtMs = Date.parse(part.began_at);

async function read(parts: readonly object[]) {
  const world = new World();
  const { ada } = await world.ring();
  const path = `/calls/${world.server.call.call_id}/report`;
  world.server.answers.set(path, [200, { call: world.server.call, parts }]);
  return ada.client.callReport(world.server.call.call_id);
}

describe('a report that is read', () => {
  it('has times of the clock and the units of the SDK', async () => {
    const [device] = (await read([part])).devices;
    expect(device).toMatchObject({ personId: 'ada', source: 'phone', quality: 'excellent' });
    expect(device?.events[0]).toEqual({ atMs: beganAtMs + 1_500, kind: 'path', value: 'relay:tls', personId: 'grace' });
    expect(device?.events[1]?.personId).toBeNull();
    expect(device?.samples[0]).toMatchObject({
      atMs: beganAtMs + 5_000,
      personId: 'grace',
      score: 85,
      quality: 'excellent',
      receivedLossShare: 0.012,
      receiveBitrateBps: 1_800_000,
      frozenMs: 250,
      sentFrameHeight: 360,
      jitterBufferMs: 60,
    });
  });

  it('puts the batches of a device together again, on one clock', async () => {
    const later = { ...part, began_at: '2026-11-20T12:00:00.400Z', samples: [[65, ...row.slice(1)]] };
    const other = { ...part, person_id: 'grace', source: 'tablet', people: ['ada'] };
    const { devices } = await read([part, later, other]);
    expect(devices.map(({ source }) => source)).toEqual(['phone', 'tablet']);
    expect(devices[0]?.samples.map(({ atMs }) => atMs - beganAtMs)).toEqual([5_000, 65_000]);
  });

  it('is as good as its links together, whose rows come side by side', async () => {
    const rows = [5, 10].flatMap((second) => [
      [second, 0, 90, ...row.slice(3)],
      [second, 1, 40, ...row.slice(3)],
    ]);
    const { devices } = await read([{ ...part, people: ['grace', 'bob'], samples: rows }]);
    expect(devices[0]?.quality).toBe('poor');
  });

  it('leaves out a row that names nobody', async () => {
    const { devices } = await read([{ ...part, samples: [[5, 7, ...row.slice(2)]] }]);
    expect(devices[0]).toMatchObject({ samples: [], quality: null });
  });
});
