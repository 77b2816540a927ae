import type { CaptureProblem, Facing, TrackProcessor } from '../api.js';
import type { Scope, Undo } from '../lifetime.js';
import { capture as policy } from '../policy.js';
import type { Runtime } from '../runtime.js';
import { type Captured, captureOne, type InputKind, type Wish } from './capture.js';
import type { DeviceList } from './devices.js';
import { facingOf, type Identity, kindOf, moveFor, nameOf } from './listing.js';

interface Known extends Identity {
  readonly name: string;
}

interface Held {
  readonly raw: MediaStreamTrack;
  readonly identity: Known;
  readonly sinceMs: number;
  readonly own: Scope;
  processed: { readonly track: MediaStreamTrack; readonly undo: Undo } | null;
  /** Pictures wait for their processor: an unblurred room must not be seen. */
  veiled: boolean;
}

/** A microphone or camera while it is wanted: whichever device can be had, and another one when that goes. */
export class Input {
  /** Of the camera in use, or the last one: its last picture may still be seen. */
  facing: Facing = null;
  readonly #scope: Scope;
  readonly #runtime: Runtime;
  readonly #devices: DeviceList;
  readonly #kind: InputKind;
  readonly #changed: () => void;
  #wanted = false;
  #enabled = true;
  #capturing = false;
  /** How often the person has chosen another device while one is being captured. */
  #wishes = 0;
  #held: Held | null = null;
  #problem: CaptureProblem['reason'] | null = null;
  #lost: (Known & { readonly atMs: number; readonly told: boolean }) | null = null;
  #tries = 0;
  #stopWaiting: Undo = () => {};
  #processor: TrackProcessor | null = null;

  constructor(scope: Scope, runtime: Runtime, devices: DeviceList, kind: InputKind, changed: () => void) {
    this.#scope = scope;
    this.#runtime = runtime;
    this.#devices = devices;
    this.#kind = kind;
    this.#changed = changed;
    devices.follow(scope, kind, { wished: () => this.#wished(), listed: () => this.#listed() });
  }

  get pending(): boolean {
    return this.#capturing;
  }

  get problem(): CaptureProblem | null {
    return this.#problem && { device: kindOf(this.#kind), reason: this.#problem };
  }

  /** As it comes from the device. */
  get raw(): MediaStreamTrack | null {
    return this.#held?.raw ?? null;
  }

  /** As it is seen and sent: processed where that is wanted and works. */
  get track(): MediaStreamTrack | null {
    const held = this.#held;
    if (held === null) return null;
    return held.processed?.track ?? (held.veiled ? null : held.raw);
  }

  /** Has the device, or lets it go. */
  want(wanted: boolean): void {
    if (wanted === this.#wanted) return;
    if (wanted) {
      void this.ask();
      return;
    }
    this.#wanted = false;
    this.#forgive();
    this.#problem = null;
    this.#release();
    this.#changed();
  }

  /** Whether a device that is had may be heard or seen. */
  enable(enabled: boolean): void {
    this.#enabled = enabled;
    for (const track of [this.#held?.raw, this.#held?.processed?.track])
      if (track !== undefined) track.enabled = enabled;
  }

  /** Asks again for what could not be had. */
  retry(): void {
    if (this.#problem !== null) void this.ask();
  }

  /** By the person's wish. Wanted from here on; `asked` is what is being captured for it already. */
  ask(asked?: Promise<Captured>): Promise<void> {
    this.#wanted = true;
    this.#forgive();
    return this.#take(asked);
  }

  /** After a time in which the browser may have taken devices away without a word. */
  check(): void {
    if (this.#held?.raw.readyState === 'ended') this.#lose();
    else this.#listed();
  }

  /** `false`: it could not be had, and what was sent before still is. */
  async setProcessor(processor: TrackProcessor | null): Promise<boolean> {
    const before = this.#processor;
    this.#processor = processor;
    if (this.#held === null || (await this.#process(this.#held))) return true;
    if (this.#processor === processor) this.#processor = before;
    return false;
  }

  async #take(asked?: Promise<Captured>, wish?: Wish): Promise<void> {
    this.#stopWaiting();
    if (this.#capturing || this.#scope.disposed) return asked?.then(stop);
    this.#capturing = true;
    // Many phones open one camera at a time. A microphone is heard until the next one is there.
    if (this.#kind === 'video') this.#release();
    this.#changed();
    let captured = await (asked ?? this.#capture(wish));
    for (let wishes = 0; wishes !== this.#wishes && this.#wanted && !this.#scope.disposed; ) {
      // The person has chosen another one meanwhile.
      wishes = this.#wishes;
      stop(captured);
      captured = await this.#capture();
    }
    this.#wishes = 0;
    this.#capturing = false;
    this.#captured(captured);
  }

  #capture(wish = this.#devices.wish(this.#kind)): Promise<Captured> {
    return captureOne(this.#runtime, this.#kind, wish);
  }

  #captured(captured: Captured): void {
    if (this.#scope.disposed || !this.#wanted) stop(captured);
    else if (captured.ok) {
      this.#stopWaiting();
      this.#release();
      this.#hold(captured.track);
    } else if (this.#held === null) {
      const passes = captured.reason === 'in_use' || captured.reason === 'failed';
      this.#problem = passes && this.#recapture(null) ? null : captured.reason;
      if (captured.reason === 'not_allowed') void this.#awaitPermission();
    }
    if (!this.#scope.disposed) this.#changed();
  }

  /** The person may allow it later, in the browser's own settings. */
  async #awaitPermission(): Promise<void> {
    const permission = await this.#runtime.permission(kindOf(this.#kind));
    if (permission === null || this.#problem !== 'not_allowed') return;
    this.#stopWaiting();
    this.#stopWaiting = this.#scope.listen(permission, 'change', () => {
      if (permission.state === 'granted') this.retry();
    });
  }

  #hold(raw: MediaStreamTrack): void {
    const { deviceId = '', groupId = '', facingMode } = raw.getSettings();
    const name = nameOf(this.#devices.listing, this.#kind, { deviceId, groupId }, raw.label);
    const own = this.#scope.child();
    const veiled = this.#kind === 'video' && this.#processor !== null;
    const held: Held = {
      raw: own.track(raw),
      identity: { deviceId, groupId, name },
      sinceMs: this.#runtime.now(),
      own,
      processed: null,
      veiled,
    };
    raw.enabled = this.#enabled;
    own.own(() => held.processed?.undo());
    own.listen(raw, 'ended', () => this.#lose());
    this.#held = held;
    this.#problem = null;
    if (this.#kind === 'video') this.facing = facingOf(raw.label, facingMode);
    this.#devices.captured(held.identity, this.facing);
    this.#tell(name);
    if (this.#processor !== null) void this.#process(held);
  }

  /** What the person does not see: another device is in use, or the one that was lost is again. */
  #tell(used: string): void {
    const lost = this.#lost;
    if (lost === null) return;
    // Something stands for it still: the system has only made another choice.
    const isThere = nameOf(this.#devices.listing, this.#kind, lost, '') !== '';
    if (!lost.told && (isThere || lost.name === used)) return;
    this.#lost = lost.told ? null : { ...lost, told: true };
    this.#devices.changed({ kind: kindOf(this.#kind), lost: lost.name, used });
  }

  #release(): void {
    const held = this.#held;
    this.#held = null;
    held?.own.dispose();
  }

  /** The device was unplugged, or taken away by the browser. */
  #lose(): void {
    const held = this.#held;
    if (held === null) return;
    this.#lost = { ...held.identity, atMs: this.#runtime.now(), told: false };
    this.#release();
    if (!this.#recapture(held)) this.#problem = 'failed';
    this.#changed();
  }

  /** Asks again in a while, at most as often as the policy says. `false` when it was often enough. */
  #recapture(after: Held | null, wish?: Wish): boolean {
    const nowMs = this.#runtime.now();
    if (after !== null && nowMs - after.sinceMs >= policy.stableMs) this.#tries = 0;
    // Whoever never had it is told at once.
    else if (after === null && this.#tries === 0) return false;
    const delayMs = policy.recaptureDelaysMs[this.#tries];
    if (delayMs === undefined) return false;
    this.#tries += 1;
    this.#stopWaiting();
    if (delayMs === 0) void this.#take(undefined, wish);
    else this.#stopWaiting = this.#scope.timer(() => void this.#take(undefined, wish), delayMs);
    return true;
  }

  #listed(): void {
    if (!this.#wanted || this.#capturing || this.#scope.disposed) return;
    const held = this.#held;
    // Otherwise no other device helps.
    const helps = this.#problem === null || this.#problem === 'not_found' || this.#problem === 'failed';
    if (held === null && !helps) return;
    const nowMs = this.#runtime.now();
    const lost = this.#lost !== null && nowMs - this.#lost.atMs <= policy.returnMs ? this.#lost : null;
    const now = held && { ...held.identity, muted: held.raw.muted && nowMs - held.sinceMs >= policy.warmUpMs };
    const wish = this.#devices.wish(this.#kind);
    const move = moveFor(this.#devices.listing, this.#kind, now, { wish, lost });
    if (move.type === 'keep') return;
    const taken = move.type === 'take' ? { deviceId: move.deviceId, facing: null } : undefined;
    if (held === null) void this.#take(undefined, taken);
    else {
      if (taken === undefined) this.#lost = { ...held.identity, atMs: nowMs, told: false };
      this.#recapture(held, taken);
    }
  }

  #wished(): void {
    this.#forgive();
    const { deviceId } = this.#devices.wish(this.#kind);
    if (this.#capturing) this.#wishes += 1;
    else if (this.#wanted && (deviceId === null || deviceId !== this.#held?.identity.deviceId)) void this.#take();
  }

  /** A problem stays until it is known what comes of asking again. */
  #forgive(): void {
    this.#stopWaiting();
    this.#lost = null;
    this.#tries = 0;
  }

  /** The old one is sent until the new one is there. */
  async #process(held: Held): Promise<boolean> {
    const processor = this.#processor;
    const made = await attempt(processor, held.raw);
    const undo = () => {
      made?.track.stop();
      made?.dispose();
    };
    if (held !== this.#held || processor !== this.#processor) {
      undo();
      return made !== undefined || processor === null;
    }
    held.veiled = false;
    if (made !== undefined || processor === null) {
      held.processed?.undo();
      held.processed = null;
    }
    if (made !== undefined) {
      made.track.enabled = this.#enabled;
      const forget = held.own.listen(made.track, 'ended', () => {
        held.processed?.undo();
        held.processed = null;
        this.#changed();
      });
      const stopAll = () => {
        forget();
        undo();
      };
      held.processed = { track: made.track, undo: stopAll };
    }
    this.#changed();
    return made !== undefined || processor === null;
  }
}

function stop(captured: Captured): void {
  if (captured.ok) captured.track.stop();
}

async function attempt(processor: TrackProcessor | null, track: MediaStreamTrack) {
  try {
    return await processor?.process(track);
  } catch {
    // No such model, no such node: the application's, and no reason to end a call.
    return undefined;
  }
}
