import type { CallId, CallReport, DeviceReport, PersonId, ReportEvent, ReportSample } from '../api.js';
import type { Http } from '../http.js';
import { report as policy } from '../policy.later.js';
import { callView } from '../protocol/read.js';
import type { components } from '../protocol/rest.gen.js';
import { type Check, listOf, orNull, shape, text, whole } from '../protocol/shape.js';
import { toRecord } from '../rest.js';
import { impairmentsOf } from './impairments.js';
import { columns } from './recorder.js';
import { stepOf } from './score.js';

type Schemas = components['schemas'];
type Part = Schemas['ReportPart'];

const event = shape<Schemas['ReportEvent']>({
  at_ms: whole,
  // Newer servers may know more kinds.
  kind: text as unknown as Check<Schemas['ReportEventKind']>,
  value: text,
  person: orNull(whole),
});
const part = shape<Part>({
  person_id: text,
  source: text,
  began_at: text,
  people: listOf(text),
  events: listOf(event),
  samples: listOf(listOf(orNull(whole))),
});
const report = shape<Schemas['CallReport']>({ call: callView, parts: listOf(part) });

/** Rejects with a `SightlineError`. */
export async function readReport(http: Http, callId: CallId): Promise<CallReport> {
  const { call, parts } = await http.get(`/calls/${callId}/report`, report);
  const sources = [...new Set(parts.map(({ source }) => source))];
  return {
    call: toRecord(call),
    devices: sources.map((source) => deviceOf(parts.filter((one) => one.source === source))),
  };
}

/** The parts of one device, put together again. */
function deviceOf(parts: readonly Part[]): DeviceReport {
  const first = parts[0] as Part;
  // Each part is told with the delay of its own way: the first to arrive fastest is nearest to the truth.
  const beganAtMs = Math.min(...parts.map(({ began_at }) => Date.parse(began_at)));
  const samples = parts.flatMap((one) => one.samples.flatMap((row) => sampleOf(row, one, beganAtMs) ?? []));
  return {
    personId: first.person_id,
    source: first.source,
    quality: qualityOf(samples),
    impairments: impairmentsOf(samples),
    events: parts.flatMap((one) => one.events.map((event) => eventOf(event, one, beganAtMs))),
    samples,
  };
}

/**
 * Of the mean of all seconds, as the device itself tells it at the end of a call. A row does not say of how many it is, and
 * what is left at the end of a batch makes a short one: no longer than the time since the one before of the same link.
 */
function qualityOf(samples: readonly ReportSample[]): DeviceReport['quality'] {
  const lastMs = new Map<PersonId, number>();
  let [total, ms] = [0, 0];
  for (const { personId, atMs, score } of samples) {
    const sinceMs = atMs - (lastMs.get(personId) ?? Number.NEGATIVE_INFINITY);
    lastMs.set(personId, atMs);
    if (score === null) continue;
    const lengthMs = Math.min(policy.sampleMs, Math.max(1_000, sinceMs));
    total += score * lengthMs;
    ms += lengthMs;
  }
  return ms === 0 ? null : stepOf(total / ms);
}

function eventOf(
  { at_ms, kind, value, person }: Schemas['ReportEvent'],
  { people }: Part,
  beganAtMs: number,
): ReportEvent {
  const personId = person === null ? null : (people[person] ?? null);
  return { atMs: beganAtMs + at_ms, kind: kind as ReportEvent['kind'], value, personId };
}

function sampleOf(row: readonly (number | null)[], { people }: Part, beganAtMs: number): ReportSample | null {
  const [second, person, ...values] = row;
  const personId = people[person ?? -1];
  if (second === null || second === undefined || personId === undefined) return null;
  const of = (name: string, factor = 1) => {
    const value = values[columns.findIndex(([column]) => column === name)] ?? null;
    return value === null ? null : value * factor;
  };
  const score = of('score');
  return {
    atMs: beganAtMs + second * 1_000,
    personId,
    score,
    quality: score === null ? null : stepOf(score),
    sound: of('sound'),
    picture: of('picture'),
    receivedLossShare: of('received_loss', 0.001),
    sentLossShare: of('sent_loss', 0.001),
    roundTripMs: of('round_trip_ms'),
    jitterMs: of('jitter_ms'),
    receiveBitrateBps: of('receive_kbps', 1_000),
    sendBitrateBps: of('send_kbps', 1_000),
    framesPerSecond: of('frames'),
    frameHeight: of('height'),
    frozenMs: of('frozen_ms'),
    sentFramesPerSecond: of('sent_frames'),
    sentFrameHeight: of('sent_height'),
    jitterBufferMs: of('jitter_buffer_ms'),
  };
}
