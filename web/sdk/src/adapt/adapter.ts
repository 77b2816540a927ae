import type { Scope } from '../lifetime.js';
import type { Runtime } from '../runtime.js';
import { type Adaptation, adaptation, decide, interrupted } from './decide.js';
import { type Level, policy } from './levels.js';
import { type Limits, type Parameters, parametersFor } from './parameters.js';
import { Reader } from './reader.js';
import { readSending, type SendingCounters } from './sending.js';

const levels = new WeakMap<RTCPeerConnection, Level>();

/** What adaptation lets a connection send now; `null` where it does not run. */
export function levelOf(connection: RTCPeerConnection): Level | null {
  return levels.get(connection) ?? null;
}

/** One connection, as far as it is adapted. */
export interface Adaptable {
  readonly connection: RTCPeerConnection;
  sender(kind: keyof Parameters): RTCRtpSender | undefined;
  /** Set by adaptation: the senders' parameters are its own from now on. */
  adapted: boolean;
  /** What is sent of a picture by rule; adaptation stays within. */
  readonly rule: readonly RTCRtpEncodingParameters[];
}

/**
 * Fits what is sent over one connection to what gets through, from now until the scope ends. Nobody else sets the senders'
 * parameters meanwhile. One thing at a time, and nothing while the connection is not up: before, it would cost set-up time.
 */
export function adapt(scope: Scope, runtime: Pick<Runtime, 'now'>, link: Adaptable): void {
  if (scope.disposed) return;
  const { connection } = link;
  link.adapted = true;
  const applied = new WeakMap<RTCRtpSender, string>();
  let state = adaptation(runtime.now());
  const reader = new Reader();
  let counters: readonly SendingCounters[] = [];
  let busy = false;

  const look = async () => {
    if (connection.connectionState !== 'connected') {
      state = interrupted(state, runtime.now());
      counters = [];
      return;
    }
    const statistics = await connection.getStats();
    const read = readSending(reader.read(statistics, runtime.now()), counters, runtime.now());
    counters = read.counters;
    state = decide(state, read.sample, runtime.now());
    levels.set(connection, state.level);
    for (const [kind, limits] of Object.entries(parametersOf(state, link))) {
      const sender = link.sender(kind as keyof Parameters);
      const wanted = JSON.stringify(limits);
      if (sender === undefined || applied.get(sender) === wanted || scope.disposed) continue;
      if (await limit(sender, limits)) applied.set(sender, wanted);
    }
  };
  scope.interval(async () => {
    if (busy) return;
    busy = true;
    // A connection that closes meanwhile: there is nothing left to adapt.
    await look().catch(() => {});
    busy = false;
  }, policy.sampleMs);
}

function parametersOf(state: Adaptation, link: Adaptable): Parameters {
  const track = link.sender('screen')?.track;
  const screen = !track ? null : track.contentHint === 'motion' ? 'motion' : 'text';
  return parametersFor(state, { camera: !!link.sender('video')?.track, screen, rule: link.rule });
}

/** `false`: not now; the next look tries again. */
async function limit(sender: RTCRtpSender, limits: readonly Limits[]): Promise<boolean> {
  const parameters = sender.getParameters();
  // Firefox has none before the first negotiation.
  if (!parameters.encodings?.length) return false;
  for (const [index, encoding] of parameters.encodings.entries()) {
    const { maxBitrate, ...others } = limits[index] ?? {};
    Object.assign(encoding, others);
    if (maxBitrate !== undefined) encoding.maxBitrate = maxBitrate;
    else if (others.active !== false) delete encoding.maxBitrate;
  }
  return sender.setParameters(parameters).then(
    () => true,
    () => false,
  );
}
