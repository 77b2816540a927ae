import { describe, expect, it } from 'vitest';
import { outbox as policy } from '../../src/policy.js';
import { Inbox, Outbox } from '../../src/signalling/outbox.js';
import { forSeeds } from '../support/random.js';

type Body = { readonly text: string };
const texts = (messages: readonly { text: string }[]) => messages.map((message) => message.text).join('');

function filled(...bodies: readonly string[]): Outbox<Body> {
  const outbox = new Outbox<Body>();
  outbox.reconnected();
  for (const text of bodies) outbox.add({ text });
  return outbox;
}

describe('an outbox', () => {
  it('numbers from one and sends once', () => {
    const outbox = filled('a', 'b');
    expect(outbox.poll(0)).toEqual([
      { text: 'a', seq: 1 },
      { text: 'b', seq: 2 },
    ]);
    expect(outbox.poll(1)).toEqual([]);
  });

  it('keeps what is not acknowledged and sends it again, in order, when the peer comes back', () => {
    const outbox = filled('a', 'b', 'c');
    outbox.poll(0);
    outbox.acknowledged(1, 1);
    outbox.lost();
    outbox.add({ text: 'd' });
    expect(outbox.poll(2)).toEqual([]);
    outbox.reconnected();
    expect(texts(outbox.poll(3))).toBe('bcd');
  });

  it('sends again when an acknowledgement is overdue, and waits longer each time', () => {
    const outbox = filled('a');
    outbox.poll(0);
    expect(outbox.wakeAtMs).toBe(policy.ackTimeoutMs);
    expect(outbox.poll(policy.ackTimeoutMs - 1)).toEqual([]);
    expect(texts(outbox.poll(policy.ackTimeoutMs))).toBe('a');
    expect(outbox.wakeAtMs).toBe(3 * policy.ackTimeoutMs);
  });

  it('waits for nothing when everything is acknowledged', () => {
    const outbox = filled('a', 'b');
    outbox.poll(0);
    outbox.acknowledged(2, 1);
    expect(outbox.wakeAtMs).toBeNull();
  });

  it('ignores an acknowledgement of what was never sent', () => {
    const outbox = filled('a');
    outbox.poll(0);
    outbox.acknowledged(7, 1);
    outbox.reconnected();
    expect(texts(outbox.poll(2))).toBe('a');
  });

  it('refuses more than its limit', () => {
    const outbox = new Outbox<Body>();
    for (let i = 0; i < policy.maxMessages; i += 1) expect(outbox.add({ text: 'x' })).toBe(true);
    expect(outbox.add({ text: 'x' })).toBe(false);
  });
});

describe('an inbox', () => {
  it('takes what is next, drops a duplicate and ignores what is ahead', () => {
    const inbox = new Inbox();
    expect(inbox.take(1)).toBe('next');
    expect(inbox.take(1)).toBe('duplicate');
    expect(inbox.take(3)).toBe('ahead');
    expect(inbox.last).toBe(1);
    expect(inbox.take(2)).toBe('next');
  });
});

describe('two ends over a bad network', () => {
  it('lose nothing, double nothing and keep the order', () => {
    forSeeds(200, (random) => {
      const ends = [new End(), new End()] as const;
      const count = 40;
      const underway: { readonly atMs: number; readonly to: End; readonly from: End; readonly packet: Packet }[] = [];
      let up = true;
      let nowMs = 0;

      const send = (from: End, packet: Packet) => {
        const to = from === ends[0] ? ends[1] : ends[0];
        const copies = random() < 0.1 ? 2 : 1;
        for (let i = 0; i < copies; i += 1) {
          if (up && random() > 0.15) underway.push({ atMs: nowMs + random() * 200, to, from, packet });
        }
      };

      for (const end of ends) end.outbox.reconnected();
      for (let step = 0; step < 20_000 && !ends.every((end) => end.received.length === count && end.idle); step += 1) {
        nowMs += 10;
        // Cut for a while; what was under way is gone, and both learn of it.
        if (up && random() < 0.01) {
          up = false;
          underway.length = 0;
          for (const end of ends) end.outbox.lost();
        } else if (!up && random() < 0.05) {
          up = true;
          for (const end of ends) end.outbox.reconnected();
        }
        for (const end of ends) {
          if (end.added < count && random() < 0.3) end.add();
          for (const message of end.outbox.poll(nowMs)) send(end, { seq: message.seq, text: message.text });
        }
        for (const arrival of underway.filter((one) => one.atMs <= nowMs)) {
          underway.splice(underway.indexOf(arrival), 1);
          const ack = arrival.to.take(arrival.packet, nowMs);
          if (ack !== null) send(arrival.to, { ack });
        }
      }

      const expected = Array.from({ length: count }, (_, index) => String(index + 1));
      for (const end of ends) {
        expect(end.received).toEqual(expected);
        expect(end.outbox.wakeAtMs).toBeNull();
      }
    });
  });
});

type Packet = { readonly seq: number; readonly text: string } | { readonly ack: number };

class End {
  readonly outbox = new Outbox<Body>();
  readonly inbox = new Inbox();
  readonly received: string[] = [];
  added = 0;

  get idle(): boolean {
    return this.outbox.wakeAtMs === null && this.added > 0;
  }

  add(): void {
    if (this.outbox.add({ text: String(this.added + 1) })) this.added += 1;
  }

  take(packet: Packet, nowMs: number): number | null {
    if ('ack' in packet) {
      this.outbox.acknowledged(packet.ack, nowMs);
      return null;
    }
    if (this.inbox.take(packet.seq) === 'next') this.received.push(packet.text);
    return this.inbox.last;
  }
}
