import { outbox as policy } from '../policy.js';

export type Numbered<B> = B & { readonly seq: number };

/**
 * What one peer still has to acknowledge. Pure: hand in what happens with the time, drain `poll`, wake it at `wakeAtMs`.
 * Nothing leaves while the peer is out of reach; everything open leaves again, in order, when it comes back.
 */
export class Outbox<B extends object> {
  #open: Numbered<B>[] = [];
  #lastSeq = 0;
  /** How many of `#open` have been sent in this round. */
  #sent = 0;
  #reachable = false;
  #ackDueAtMs: number | null = null;
  #overdueRounds = 0;

  /** `false` when too much is open already: the peer has not been heard of for long, and a new start must follow. */
  add(body: B): boolean {
    if (this.#open.length >= policy.maxMessages) return false;
    this.#lastSeq += 1;
    this.#open.push({ ...body, seq: this.#lastSeq });
    return true;
  }

  /** The peer's socket or one's own is (again) there. */
  reconnected(): void {
    this.#reachable = true;
    this.#overdueRounds = 0;
    this.#startOver();
  }

  lost(): void {
    this.#reachable = false;
    this.#ackDueAtMs = null;
  }

  /** Cumulative: everything up to `seq` has arrived. */
  acknowledged(seq: number, nowMs: number): void {
    const first = this.#open[0];
    if (first === undefined || seq < first.seq || seq > this.#lastSeq) return;
    const count = seq - first.seq + 1;
    this.#open.splice(0, count);
    this.#sent = Math.max(0, this.#sent - count);
    this.#overdueRounds = 0;
    this.#arm(nowMs);
  }

  /** What must be sent now. */
  poll(nowMs: number): readonly Numbered<B>[] {
    if (!this.#reachable) return [];
    if (this.#ackDueAtMs !== null && nowMs >= this.#ackDueAtMs) {
      this.#overdueRounds += 1;
      this.#startOver();
    }
    const due = this.#open.slice(this.#sent);
    this.#sent = this.#open.length;
    if (due.length > 0 && this.#ackDueAtMs === null) this.#arm(nowMs);
    return due;
  }

  /** Something has not been acknowledged in its time. */
  get overdue(): boolean {
    return this.#overdueRounds > 0;
  }

  /** When to poll again if nothing else happens. */
  get wakeAtMs(): number | null {
    return this.#ackDueAtMs;
  }

  #startOver(): void {
    this.#sent = 0;
    this.#ackDueAtMs = null;
  }

  #arm(nowMs: number): void {
    const waitMs = Math.min(policy.lastAckTimeoutMs, policy.ackTimeoutMs * 2 ** this.#overdueRounds);
    this.#ackDueAtMs = this.#reachable && this.#open.length > 0 ? nowMs + waitMs : null;
  }
}

/** What has been taken from one peer. Pure. */
export class Inbox {
  #last = 0;

  /** The last number taken in order: what every acknowledgement says. */
  get last(): number {
    return this.#last;
  }

  /** Only what is next may be used; it counts as taken from then on. */
  take(seq: number): 'next' | 'duplicate' | 'ahead' {
    if (seq <= this.#last) return 'duplicate';
    if (seq > this.#last + 1) return 'ahead';
    this.#last = seq;
    return 'next';
  }
}
