import { describe, expect, it } from 'vitest';
import { report as policy } from '../../src/policy.later.js';
import { World } from '../support/world.js';

type Body = { batch: number; source: string; age_ms: number; events: { kind: string; value: string }[] };

const reportsOf = (world: World, person: string) =>
  world.server.reports.filter((one) => one.person === person).map(({ body }) => body as unknown as Body);
const words = (bodies: Body[]) => bodies.flatMap(({ events }) => events.map(({ kind, value }) => `${kind} ${value}`));
const path = (world: World) => `/calls/${world.server.call.call_id}/report`;

describe('a call', () => {
  it('is reported once a minute, and to its end', async () => {
    const world = new World();
    const { outgoing } = await world.talk();
    await world.clock.advance(policy.startDelayMs + policy.batchMs + 1_000);
    expect(reportsOf(world, 'ada')).toHaveLength(1);
    outgoing.hangUp();
    await world.reach(outgoing, 'ENDED');
    await world.clock.advance(1_000);
    const bodies = reportsOf(world, 'ada');
    expect(bodies.map(({ batch }) => batch)).toEqual([0, 1]);
    expect(new Set(bodies.map(({ source }) => source)).size).toBe(1);
    expect(words(bodies)).toEqual(expect.arrayContaining(['state CONNECTED', 'link up', 'state ENDED', 'end ended']));
    expect(bodies[1]?.age_ms).toBeGreaterThan(policy.batchMs);
  });

  it('asks for nothing of it between the answer and two seconds of media', async () => {
    const world = new World();
    await world.talk();
    await world.clock.advance(policy.startDelayMs);
    expect(world.server.reports).toEqual([]);
  });

  it('that the page leaves is reported before the page is gone', async () => {
    const world = new World();
    const { ada } = await world.talk();
    await world.clock.advance(10_000);
    ada.page.dispatchEvent(new Event('pagehide'));
    // No time passes any more.
    expect(words(reportsOf(world, 'ada'))).toEqual(expect.arrayContaining(['state CONNECTED', 'end left']));
  });

  it('is reported when the page is hidden, because it may never come back', async () => {
    const world = new World();
    const { ada } = await world.talk();
    await world.clock.advance(10_000);
    ada.visibility.turn(true);
    await world.clock.advance(10);
    expect(reportsOf(world, 'ada')).toHaveLength(1);
  });

  it('sends again what did not get through, in order', async () => {
    const world = new World();
    const { outgoing } = await world.talk();
    world.server.answers.set(path(world), [503, { code: 'unexpected' }]);
    await world.clock.advance(policy.startDelayMs + 2 * policy.batchMs + 1_000);
    expect(world.server.reports).toEqual([]);
    world.server.answers.delete(path(world));
    outgoing.hangUp();
    await world.reach(outgoing, 'ENDED');
    await world.clock.advance(1_000);
    expect(reportsOf(world, 'ada').map(({ batch }) => batch)).toEqual([0, 1, 2]);
  });

  it('stops to report what the server does not want', async () => {
    const world = new World();
    await world.talk();
    world.server.answers.set(path(world), [403, { code: 'not_a_participant' }]);
    await world.clock.advance(policy.startDelayMs + 5 * policy.batchMs);
    expect(world.server.requests.filter((one) => one === `ada POST ${path(world)}`)).toHaveLength(1);
  });

  it('that nobody answered is not reported', async () => {
    const world = new World();
    const { outgoing } = await world.ring();
    outgoing.hangUp();
    await world.reach(outgoing, 'ENDED');
    await world.clock.advance(1_000);
    expect(world.server.reports).toEqual([]);
  });

  it('holds nothing any more when it is over', async () => {
    const world = new World();
    const { outgoing, incoming } = await world.talk();
    await world.clock.advance(10_000);
    const before = world.held.timers;
    outgoing.hangUp();
    await world.reach(incoming, 'ENDED');
    await world.clock.advance(5_000);
    expect(world.held.timers).toBeLessThan(before);
    expect(world.devices.map(({ visibility }) => visibility.listenerCount)).toEqual([0, 0]);
  });
});
