import { describe, expect, it } from 'vitest';
import type { Call, Reaction, RemotePeer } from '../src/api.js';
import { control as policy } from '../src/policy.js';
import { World } from './support/world.js';

const texts = (call: Call) => call.snapshot.chat.map(({ from, text }) => `${from?.personId ?? 'self'}: ${text}`);

describe('a text', () => {
  it('reaches everybody in the call', async () => {
    const world = new World();
    const { outgoing, calls } = await world.meet();
    expect(outgoing.sendChat('Hello')).toBe(true);
    await world.clock.advance(100);
    expect(calls.map(texts)).toEqual([['self: Hello'], ['ada: Hello'], ['ada: Hello']]);
  });

  it('is not said where nobody can read it, where there is none, or where there is too much', async () => {
    const world = new World();
    const { outgoing, incoming } = await world.ring();
    expect(outgoing.sendChat('Hello')).toBe(false);
    incoming.answer();
    await world.reach(outgoing, 'CONNECTED');
    await world.clock.advance(100);
    expect([' ', 'x'.repeat(policy.maxChatChars + 1)].map((text) => outgoing.sendChat(text))).toEqual([false, false]);
    expect(outgoing.sendChat('x'.repeat(policy.maxChatChars))).toBe(true);
    expect(outgoing.snapshot.chat).toHaveLength(1);
  });

  it('is kept with the newest of its kind, each under a name of its own', async () => {
    const world = new World();
    const { outgoing, incoming } = await world.talk();
    for (let count = 0; count < policy.maxChatMessages + 5; count += 1) {
      (count % 2 === 0 ? outgoing : incoming).sendChat(`text ${count}`);
      await world.clock.advance(1_000);
    }
    for (const call of [outgoing, incoming]) {
      const { chat } = call.snapshot;
      expect(chat).toHaveLength(policy.maxChatMessages);
      expect(chat.at(-1)?.text).toBe(`text ${policy.maxChatMessages + 4}`);
      expect(new Set(chat.map(({ id }) => id)).size).toBe(chat.length);
    }
  });
});

describe('a reaction', () => {
  it('is seen by everybody, oneself included', async () => {
    const world = new World();
    const { outgoing, calls } = await world.meet();
    const seen: [Reaction, string | undefined][] = [];
    const note = (reaction: Reaction, from: RemotePeer | null) => seen.push([reaction, from?.personId]);
    for (const call of calls) call.onReaction(note);
    outgoing.react('🎉');
    await world.clock.advance(100);
    expect(seen).toEqual([
      ['🎉', undefined],
      ['🎉', 'ada'],
      ['🎉', 'ada'],
    ]);
  });

  it('that is none is not sent', async () => {
    const world = new World();
    const { outgoing, incoming } = await world.talk();
    const seen: Reaction[] = [];
    for (const call of [outgoing, incoming]) call.onReaction((reaction) => seen.push(reaction));
    outgoing.react('💣' as Reaction);
    await world.clock.advance(100);
    expect(seen).toEqual([]);
  });
});

describe('a page that floods the control channel', () => {
  it('is heard for a burst, harms nobody, and is heard again later', async () => {
    const world = new World();
    const { incoming } = await world.talk();
    const [channel] = world.network.connections.map((connection) => connection.channel);
    let seen = 0;
    incoming.onReaction(() => {
      seen += 1;
    });
    await world.clock.advance(10_000);
    for (let count = 0; count < 10_000; count += 1) {
      channel?.send(JSON.stringify({ type: 'reaction', emoji: '👍' }));
      channel?.send('x'.repeat(100));
    }
    expect(seen).toBe(policy.incoming.burst / 2);
    await world.clock.advance(10_000);
    channel?.send(JSON.stringify({ type: 'reaction', emoji: '👍' }));
    expect(seen).toBe(policy.incoming.burst / 2 + 1);
    expect(incoming.snapshot.state).toBe('CONNECTED');
  });

  it('says only its last wish, however fast a person presses', async () => {
    const world = new World();
    const { outgoing, incoming } = await world.talk();
    const [channel] = world.network.connections.map((connection) => connection.channel);
    let said = 0;
    channel?.other?.addEventListener('message', () => {
      said += 1;
    });
    for (let count = 0; count < 201; count += 1) outgoing.setMicrophone(count % 2 === 0);
    outgoing.setHand(true);
    await world.clock.advance(1_000);
    expect(incoming.snapshot.remotes[0]).toMatchObject({ microphoneOn: true, handRaised: true });
    expect(said).toBeLessThan(5);
  });
});

describe('who speaks', () => {
  it('is seen at once, stays for the pauses between words, and is who spoke last when all are quiet', async () => {
    const world = new World();
    const { outgoing } = await world.meet();
    const voice = (personId: string, level: number) => {
      const index = world.network.connections.findIndex((one) => one.person === 'ada' && one.otherPerson === personId);
      const audio = world.network.connections[index]?.getReceivers().find(({ track }) => track.kind === 'audio');
      Object.assign(audio ?? {}, { level });
    };
    const speaking = () => outgoing.snapshot.remotes.filter((one) => one.speaking).map((one) => one.personId);
    const active = () => outgoing.snapshot.activeSpeaker?.split('/')[0] ?? null;
    await world.clock.advance(2_000);
    expect([speaking(), active()]).toEqual([[], null]);
    voice('grace', 0.3);
    await world.clock.advance(1_000);
    expect([speaking(), active()]).toEqual([['grace'], 'grace']);
    voice('grace', 0);
    await world.clock.advance(500);
    expect(speaking()).toEqual(['grace']);
    await world.clock.advance(2_000);
    expect([speaking(), active()]).toEqual([[], 'grace']);
    voice('bob', 0.2);
    await world.clock.advance(1_000);
    expect([speaking(), active()]).toEqual([['bob'], 'bob']);
  });
});
