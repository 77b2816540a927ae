import type { CallSnapshot, PersonId, Quality, RemotePeer, ReportEventKind, StatsSample } from '../api.js';
import { report as policy } from '../policy.later.js';
import { scoresOf, stepOf } from './score.js';

/** As it goes over the wire: what one device has measured since the batch before. Times count from the report's beginning. */
export interface Batch {
  readonly batch: number;
  readonly people: readonly PersonId[];
  readonly events: readonly WireEvent[];
  /** Rows in the order of `columns`. */
  readonly samples: readonly (readonly (number | null)[])[];
  /** Of the whole call, once it is over. */
  readonly overall?: { readonly score: number; readonly quality: Quality };
}

interface WireEvent {
  readonly at_ms: number;
  readonly kind: ReportEventKind;
  readonly value: string;
  readonly person?: number;
}

type Seconds = readonly StatsSample[];

/**
 * What a row of samples holds: the second of the report, an index into `people`, then five seconds of the link to that
 * person in whole numbers. Scores are 0 to 100, losses thousandths, bitrates thousands of bits a second.
 */
export const columns: readonly (readonly [name: string, value: (seconds: Seconds) => number | null])[] = [
  ['score', (seconds) => mean(seconds.map((one) => scoresOf(one).overall))],
  ['sound', (seconds) => mean(seconds.map((one) => scoresOf(one).sound))],
  ['picture', (seconds) => mean(seconds.map((one) => scoresOf(one).picture))],
  [
    'received_loss',
    (seconds) =>
      mean(
        seconds.map((one) => one.lossShare),
        1_000,
      ),
  ],
  [
    'sent_loss',
    (seconds) =>
      mean(
        seconds.map((one) => one.sentLossShare),
        1_000,
      ),
  ],
  ['round_trip_ms', (seconds) => mean(seconds.map((one) => one.roundTripMs))],
  ['jitter_ms', (seconds) => mean(seconds.map((one) => one.jitterMs))],
  [
    'receive_kbps',
    (seconds) =>
      mean(
        seconds.map((one) => one.receiveBitrateBps),
        0.001,
      ),
  ],
  [
    'send_kbps',
    (seconds) =>
      mean(
        seconds.map((one) => one.sendBitrateBps),
        0.001,
      ),
  ],
  ['frames', (seconds) => mean(seconds.map((one) => (one.frozenShare === null ? null : one.framesPerSecond)))],
  ['height', (seconds) => mean(seconds.slice(-1).map((one) => (one.frozenShare === null ? null : one.frameHeight)))],
  [
    'frozen_ms',
    (seconds) =>
      sum(
        seconds.map((one) => one.frozenShare),
        1_000,
      ),
  ],
  ['sent_frames', (seconds) => mean(seconds.map((one) => one.sentFramesPerSecond))],
  ['sent_height', (seconds) => mean(seconds.slice(-1).map((one) => one.sentFrameHeight))],
  ['jitter_buffer_ms', (seconds) => mean(seconds.map((one) => one.jitterBufferMs))],
];

/** What is told of one link when it changes. */
const linkFacts: Partial<Record<ReportEventKind, (remote: RemotePeer) => string | null>> = {
  link: ({ connected }) => (connected ? 'up' : 'down'),
  restart: ({ restarts }) => (restarts === 0 ? null : String(restarts)),
  path: ({ stats }) => pathOf(stats),
  network: ({ stats }) => stats?.networkType ?? null,
  codec: ({ stats }) => stats?.videoCodec ?? null,
  level: ({ stats }) => stats?.sendLevel ?? null,
};

/** Likewise of the device itself. */
const deviceFacts: Partial<Record<ReportEventKind, (call: CallSnapshot) => string>> = {
  signalling: ({ signallingUp }) => (signallingUp ? 'up' : 'down'),
  microphone: ({ microphoneOn }) => (microphoneOn ? 'on' : 'off'),
  camera: ({ cameraOn }) => (cameraOn ? 'on' : 'off'),
  screen: ({ screenStream }) => (screenStream === null ? 'off' : 'on'),
  hold: ({ onHold }) => (onHold ? 'on' : 'off'),
};

/**
 * Pure: what of a call is worth reporting, from the pictures that an application is shown of it. Times are those of
 * `Runtime.now`, but for the call's own history, whose epoch times `epochOffsetMs` takes there.
 */
export class Recorder {
  readonly #beganAtMs: number;
  readonly #epochOffsetMs: number;
  #batch = 0;
  #people: PersonId[] = [];
  #events: WireEvent[] = [];
  #samples: (number | null)[][] = [];
  #told = 0;
  #ended = false;
  /** Of all seconds that could be scored, whatever the link. */
  #scored = { total: 0, seconds: 0 };
  readonly #known = new Map<string, string>();
  readonly #links = new Map<PersonId, { last: StatsSample | null; seconds: StatsSample[] }>();
  readonly #problems = new Set<string>();

  constructor(call: CallSnapshot, nowMs: number, epochMs: number) {
    this.#epochOffsetMs = epochMs - nowMs;
    this.#beganAtMs = Math.min(nowMs, (call.history[0]?.atMs ?? epochMs) - this.#epochOffsetMs);
  }

  /** How long ago the report began. */
  ageMs(nowMs: number): number {
    return Math.max(0, Math.round(nowMs - this.#beganAtMs));
  }

  look(call: CallSnapshot, nowMs: number): void {
    for (const change of call.history.slice(this.#told)) {
      this.#event('state', change.to, change.atMs - this.#epochOffsetMs);
    }
    // At its limit the history drops what is oldest; by then enough has been told.
    this.#told = Math.max(this.#told, call.history.length);
    if (call.state === 'ENDING' || call.state === 'ENDED') {
      if (call.endReason !== null && !this.#ended) this.#event('end', call.endReason, nowMs);
      this.#ended ||= call.endReason !== null;
      return;
    }
    for (const [kind, fact] of facts(deviceFacts)) this.#fact(kind, fact(call), nowMs);
    const troubles = [
      ...call.captureProblems.map(({ device, reason }) => ['problem', `${device}:${reason}`] as const),
      ...call.warnings.map((warning) => ['warning', warning] as const),
    ];
    for (const [kind, value] of troubles) if (!this.#problems.has(value)) this.#event(kind, value, nowMs);
    this.#problems.clear();
    for (const [, value] of troubles) this.#problems.add(value);
    for (const remote of call.remotes) this.#lookAt(remote, nowMs);
  }

  /** Something that no picture of the call shows. `value` is a word, never a text of a person's or a device's. */
  device(value: string, nowMs: number): void {
    this.#event('device', value, nowMs);
  }

  /** What has come together; `null` when there is nothing new. */
  take(nowMs: number): Batch | null {
    for (const [personId, { seconds }] of this.#links) this.#sample(personId, seconds, nowMs);
    if ((this.#events.length === 0 && this.#samples.length === 0) || this.#batch >= policy.maxBatches) return null;
    const batch = {
      batch: this.#batch,
      people: this.#people,
      events: this.#events,
      samples: this.#samples,
      ...(this.#ended && this.#scored.seconds > 0 ? { overall: this.#overall() } : {}),
    };
    this.#batch += 1;
    this.#people = [];
    this.#events = [];
    this.#samples = [];
    return batch;
  }

  #overall(): NonNullable<Batch['overall']> {
    const score = this.#scored.total / this.#scored.seconds;
    return { score: Math.round(score), quality: stepOf(score) };
  }

  #lookAt(remote: RemotePeer, nowMs: number): void {
    const { personId, stats } = remote;
    for (const [kind, fact] of facts(linkFacts)) this.#fact(kind, fact(remote), nowMs, personId);
    const link = this.#links.get(personId) ?? { last: null, seconds: [] };
    this.#links.set(personId, link);
    if (stats === null || stats === link.last) return;
    link.last = stats;
    link.seconds.push(stats);
    const { overall } = scoresOf(stats);
    if (overall !== null) {
      this.#scored = { total: this.#scored.total + overall, seconds: this.#scored.seconds + 1 };
    }
    if (link.seconds.length * 1_000 >= policy.sampleMs) this.#sample(personId, link.seconds, nowMs);
  }

  #sample(personId: PersonId, seconds: StatsSample[], nowMs: number): void {
    const values = seconds.length === 0 ? [] : columns.map(([, value]) => value(seconds));
    seconds.length = 0;
    const person = this.#indexOf(personId);
    if (values.every((value) => value === null) || person < 0) return;
    if (this.#samples.length >= policy.maxSamplesPerBatch) return;
    this.#samples.push([Math.round((nowMs - this.#beganAtMs) / 1_000), person, ...values]);
  }

  #fact(kind: ReportEventKind, value: string | null, nowMs: number, personId?: PersonId): void {
    const key = `${kind} ${personId}`;
    if (value === null || this.#known.get(key) === value) return;
    this.#known.set(key, value);
    this.#event(kind, value, nowMs, personId);
  }

  #event(kind: ReportEventKind, value: string, nowMs: number, personId?: PersonId): void {
    if (this.#events.length >= policy.maxEventsPerBatch) return;
    const person = personId === undefined ? undefined : this.#indexOf(personId);
    if (person !== undefined && person < 0) return;
    const at_ms = Math.max(0, Math.round(nowMs - this.#beganAtMs));
    this.#events.push({ at_ms, kind, value, ...(person === undefined ? {} : { person }) });
  }

  /** -1 where there are too many. */
  #indexOf(personId: PersonId): number {
    const known = this.#people.indexOf(personId);
    if (known >= 0 || this.#people.length >= policy.maxPeople) return known;
    return this.#people.push(personId) - 1;
  }
}

function facts<F>(table: Partial<Record<ReportEventKind, F>>): [ReportEventKind, F][] {
  return Object.entries(table) as [ReportEventKind, F][];
}

/** `direct`, or how this device reaches its relay, or that only the other one uses one. */
function pathOf(stats: StatsSample | null): string | null {
  if (stats === null || stats.localCandidateType === null) return null;
  if (stats.localCandidateType === 'relay') return `relay:${stats.relayProtocol ?? 'unknown'}`;
  return stats.remoteCandidateType === 'relay' ? 'relay:theirs' : 'direct';
}

function mean(values: readonly (number | null)[], factor = 1): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.round((factor * known.reduce((total, one) => total + one, 0)) / known.length);
}

function sum(values: readonly (number | null)[], factor: number): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.round(factor * known.reduce((total, one) => total + one, 0));
}
