import { describe, expect, it } from 'vitest';
import { telemetry as policy } from '../../src/policy.later.js';
import { Recorder } from '../../src/telemetry/recorder.js';
import { World } from '../support/world.js';
// Before the tests: the clock in them runs faster than files are read.
import '../../src/extras.js';
import '../../src/telemetry/trace.js';

const names = (reports: World['server']['told'], person: string) =>
  reports.filter((one) => one.person === person).flatMap((one) => one.spans.map(({ name }) => name));

describe('The trace of a call', () => {
  it('is told by both sides once the call is quiet, and at its end', async () => {
    const world = new World();
    const { outgoing, incoming } = await world.talk();
    expect(world.server.told).toEqual([]);

    await world.clock.advance(policy.firstReportMs + 1_000);
    expect(names(world.server.told, 'ada')).toEqual(
      expect.arrayContaining(['initiate', 'ring', 'capture', 'create_offer', 'set_remote']),
    );
    expect(names(world.server.told, 'grace')).toEqual(
      expect.arrayContaining(['ring', 'capture', 'set_remote', 'create_answer']),
    );
    expect(world.server.told.flatMap(({ links }) => links)).toHaveLength(2);

    outgoing.hangUp();
    await world.reach(incoming, 'ENDED');
    expect(names(world.server.told, 'ada').at(-1)).toBe('call');
    expect(names(world.server.told, 'grace').at(-1)).toBe('call');
  });

  it('begins with the click: the request that makes the call carries it, and the span of the call has its id', async () => {
    const world = new World();
    const { outgoing } = await world.ring();
    const traceparent = world.server.traceparents.at(-1) ?? '';
    expect(traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);

    outgoing.hangUp();
    await world.reach(outgoing, 'ENDED');
    const [, trace = '', root] = traceparent.split('-');
    expect(trace.slice(16)).toBe(root);
    const spans = world.server.told.flatMap((report) => report.spans);
    expect(spans.find(({ name, span_id }) => name === 'call' && span_id === root)).toBeDefined();
    expect(spans.filter(({ name }) => name === 'initiate').map(({ parent_id }) => parent_id)).toEqual([root]);
  });

  it('says nothing before the call is connected and quiet', async () => {
    const world = new World();
    await world.talk();
    await world.clock.advance(policy.firstReportMs - 1_500);
    expect(world.server.told).toEqual([]);
  });

  it('has each attempt to bring a connection back', async () => {
    const world = new World();
    const { outgoing } = await world.talk();
    await world.clock.advance(10_000);
    world.network.cut();
    await world.reach(outgoing, 'RECONNECTING');
    world.network.heal();
    await world.reach(outgoing, 'CONNECTED');
    outgoing.hangUp();
    await world.reach(outgoing, 'ENDED');
    const spans = world.server.told.flatMap((report) => report.spans);
    const recoveries = spans.filter(({ name }) => name === 'recovery');
    expect(recoveries.length).toBeGreaterThan(0);
    expect(recoveries.at(-1)?.result).toBe('ok');
  });

  it('keeps no more than a report may have, and counts the rest', () => {
    const recorder = new Recorder(() => '00000000000000a1');
    for (let i = 0; i < policy.maxSpans + 5; i++) recorder.span('ring', 1, 2, true);
    for (let i = 0; i < policy.maxEvents + 4; i++) recorder.event('offer', 1, 'local');
    const link = { path: 'direct', codec: null, first_frame_ms: null } as const;
    for (let i = 0; i < policy.maxLinks + 3; i++) recorder.link(link);
    const report = recorder.take('device', 3);
    expect(report?.spans).toHaveLength(policy.maxSpans);
    expect(report?.events).toHaveLength(policy.maxEvents);
    expect(report?.links).toHaveLength(policy.maxLinks);
    expect(report?.dropped).toBe(5 + 4 + 3);
    expect(recorder.take('device', 4)).toBeNull();
  });
});
