import type { Call, StateChange } from '../api.js';
import type { CallStart } from '../call/exchange.js';
import type { Http } from '../http.js';
import type { Scope } from '../lifetime.js';
import { telemetry as policy } from '../policy.later.js';
import type { CaptureDevices, Runtime } from '../runtime.js';
import { Recorder, type Report } from './recorder.js';
import { type Notes, type Watched, watch } from './watch.js';

const anything = (_answer: unknown): _answer is unknown => true;

/** What the trace of one call needs to be there for before the call begins. */
export interface Trace {
  /** The surroundings of this call, which take note of what it does. */
  readonly runtime: Runtime;
  /** For the request that makes the call (W3C Trace Context). */
  readonly headers: { readonly traceparent: string };
  /** From here on the trace goes with the call, and ends with it. */
  follow(call: Call, scope: Scope): void;
}

/**
 * One call as spans and events. While a call is set up, only times are taken; spans are made and sent when it is connected
 * and quiet, then every half minute, and at the end.
 */
export function trace(around: Runtime, http: Pick<Http, 'post'>, { type }: Pick<CallStart, 'type'>): Trace {
  const hex = randomHex(16);
  // The second half of the trace's id is the id of the span from which everything hangs (docs/operations/traces.md).
  const own = type === 'dial' ? hex.slice(16) : hex.slice(0, 16);
  const offsetMs = around.epochMs() - around.now();
  const now = () => around.now() + offsetMs;
  const recorder = new Recorder(() => randomHex(8));
  const changes: StateChange[] = [];
  const watched: Watched[] = [];
  const beganAtMs = now();
  let scope: Scope | null = null;
  let live: Call | null = null;
  /** The first id that a call draws is its device's. */
  let deviceId: string | null = null;

  const notes: Notes = {
    now,
    span: (name, startMs, endMs, ok) => recorder.span(name, startMs, endMs, ok, own),
    event: (name, detail) => recorder.event(name, now(), detail),
    answeredAt: () => changes.find(({ to }) => to === 'CONNECTING')?.atMs ?? null,
  };
  const runtime: Runtime = {
    ...around,
    uuid: () => {
      const id = around.uuid();
      deviceId ??= id;
      return id;
    },
    mediaDevices: around.mediaDevices && timed(around.mediaDevices, notes),
    peerConnection: (configuration, place) => {
      const connection = around.peerConnection(configuration, place);
      const renews = changes.at(-1)?.to === 'RECONNECTING';
      if (scope !== null) watched.push(watch(scope, connection, notes, renews));
      return connection;
    },
  };

  const send = (keepalive: boolean) => {
    const callId = live?.snapshot.callId;
    const report: Report | null = deviceId && callId ? recorder.take(deviceId, now()) : null;
    // What the server does not take is not worth another try.
    if (report === null || !callId) return;
    http.post(`/calls/${callId}/telemetry`, anything, { body: report, keepalive }).catch(() => {});
  };
  const describe = async () => {
    for (const link of watched) {
      const described = await link.describe().catch(() => null);
      if (described !== null) recorder.link(described);
    }
  };

  return {
    runtime,
    headers: { traceparent: `00-${hex}-${own}-01` },
    follow(call, ofCall) {
      scope = ofCall;
      live = call;
      const flush = async () => {
        await describe();
        if (!ofCall.disposed) send(false);
      };
      changes.push(...call.snapshot.history);
      call.onState((change) => {
        changes.push(change);
        const before = changes.at(-2);
        if (before !== undefined) stage(recorder, before, change, own);
        if (change.to === 'CONNECTED' && change.from === 'CONNECTING') {
          ofCall.timer(() => void flush(), policy.firstReportMs);
          ofCall.interval(() => void flush(), policy.reportIntervalMs);
        }
        if (change.to === 'CONNECTED') for (const link of watched) link.back();
        if (change.to !== 'ENDED') return;
        for (const link of watched) link.end();
        recorder.span('call', beganAtMs, now(), call.snapshot.endReason !== 'failed_setup', undefined, own);
        send(true);
      });
    },
  };
}

/** The stages that a call's own states make. */
function stage(recorder: Recorder, from: StateChange, { to, atMs }: StateChange, parentId: string): void {
  const name = from.to === 'INITIATING' ? 'initiate' : from.to === 'RINGING' || from.to === 'INCOMING' ? 'ring' : null;
  if (name !== null) recorder.span(name, from.atMs, atMs, to !== 'ENDED' && to !== 'ENDING', parentId);
}

function randomHex(bytes: number): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (one) => one.toString(16).padStart(2, '0')).join('');
}

/** Devices that take note of how long it took to open them. */
function timed(devices: CaptureDevices, notes: Notes): CaptureDevices {
  return new Proxy(devices, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      if (name !== 'getUserMedia') return value.bind(target);
      return (constraints?: MediaStreamConstraints) => {
        const startMs = notes.now();
        const done = target.getUserMedia(constraints);
        done.then(
          () => notes.span('capture', startMs, notes.now(), true),
          () => notes.span('capture', startMs, notes.now(), false),
        );
        return done;
      };
    },
  });
}
