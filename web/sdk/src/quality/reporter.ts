import { type Call, type Devices, SightlineError } from '../api.js';
import type { Http } from '../http.js';
import type { Scope } from '../lifetime.js';
import { report as policy } from '../policy.later.js';
import type { Check } from '../protocol/shape.js';
import type { Runtime } from '../runtime.js';
import { type Batch, Recorder } from './recorder.js';

const anything: Check<unknown> = (_value): _value is unknown => true;

/**
 * Reports what this device measures in a call, from now until its end: a batch a minute, and the rest when the page is
 * hidden or the call is over, in a request that outlives the page. A batch that could not be sent is sent with the next.
 * The scope ends with the last one.
 */
export function reportCall(
  scope: Scope,
  runtime: Pick<Runtime, 'now' | 'epochMs' | 'uuid' | 'visibility'>,
  http: Http,
  call: Call,
  devices: Devices,
): void {
  const recorder = new Recorder(call.snapshot, runtime.now(), runtime.epochMs());
  const source = runtime.uuid();
  const waiting: Batch[] = [];
  let busy = false;

  const look = () => recorder.look(call.snapshot, runtime.now());
  const send = (batch: Batch) => {
    const body = { source, age_ms: recorder.ageMs(runtime.now()), ...batch };
    return http.post(`/calls/${call.snapshot.callId}/report`, anything, { body, keepalive: true });
  };
  const flush = async (last: boolean) => {
    look();
    const batch = recorder.take(runtime.now());
    if (batch !== null) waiting.push(batch);
    if (waiting.length > policy.maxWaiting) waiting.shift();
    // The page may be gone before one answer has come, so that the last ones leave together.
    if (last) await Promise.allSettled(waiting.splice(0).map(send));
    else if (!busy) {
      busy = true;
      await sendWaiting().catch(() => {});
      busy = false;
    }
  };
  const sendWaiting = async () => {
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      const refused = await send(next).then(() => false, isRefusal);
      // What is not wanted now is not wanted later.
      if (refused) scope.dispose();
      if (waiting[0] === next) waiting.shift();
    }
  };

  const begin = () => {
    look();
    scope.own(call.subscribe(look));
    scope.interval(() => void flush(false), policy.batchMs);
    scope.listen(runtime.visibility, 'visibilitychange', () => {
      if (runtime.visibility.hidden) void flush(false);
    });
    let { change } = devices.snapshot;
    scope.own(
      devices.subscribe(() => {
        if (devices.snapshot.change === change) return;
        change = devices.snapshot.change;
        if (change !== null) {
          const what = change.used === '' ? 'lost' : change.used === change.lost ? 'back' : 'replaced';
          recorder.device(`${change.kind}:${what}`, runtime.now());
        }
      }),
    );
    for (const kind of ['microphone', 'camera'] as const) {
      recorder.device(`${kind}:${devices.snapshot.chosen[kind] === null ? 'system' : 'chosen'}`, runtime.now());
    }
  };
  const end = () => {
    const reached = call.snapshot.callId !== null && call.snapshot.history.some(({ to }) => to === 'CONNECTING');
    void (reached ? flush(true) : Promise.resolve()).finally(() => scope.dispose());
  };

  // One that the app has thrown away is idle again.
  if (call.snapshot.state === 'ENDED' || call.snapshot.state === 'IDLE') end();
  else {
    scope.own(call.onState(({ to }) => to === 'ENDED' && end()));
    scope.timer(begin, policy.startDelayMs);
  }
}

/** `true` when the server does not want it; rejects when it may want it later. */
function isRefusal(error: unknown): boolean {
  const code = error instanceof SightlineError ? error.code : '';
  if (['validation', 'malformed', 'not_a_participant', 'invalid_transition', 'too_many_requests'].includes(code))
    return true;
  throw error;
}
