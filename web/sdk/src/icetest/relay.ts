import type { Scope } from '../lifetime.js';
import { iceTest as policy } from '../policy.later.js';
import type { Runtime } from '../runtime.js';
import type { Relaying } from './judge.js';

const nothing: Relaying = { connected: false, roundTripMs: null, lossShare: null, throughputBps: null };

/** Sends from this page to itself through one relay, there and back, then as much as gets through in a short while. */
export async function loopThrough(
  scope: Scope,
  runtime: Pick<Runtime, 'now'>,
  server: RTCIceServer,
): Promise<Relaying> {
  try {
    const configuration: RTCConfiguration = { iceServers: [server] };
    const one = scope.peerConnection({ ...configuration, iceTransportPolicy: 'relay' });
    // A relay need not relay to itself: whatever way this end finds, all that it sends and hears goes through the other's.
    const other = scope.peerConnection(configuration);
    exchange(scope, one, other);
    exchange(scope, other, one);
    // Nothing is sent again: what is lost is to be seen.
    const pings = await channelsOf(scope, one, other, 'pings', { ordered: false, maxRetransmits: 0 });
    if (pings === null) return nothing;
    const measured = await ping(scope, runtime, ...pings);
    const bursts = await channelsOf(scope, one, other, 'burst', {});
    const throughputBps = bursts === null ? null : await burst(scope, runtime, ...bursts);
    return { connected: true, ...measured, throughputBps };
  } catch {
    return nothing;
  } finally {
    scope.dispose();
  }
}

function exchange(scope: Scope, from: RTCPeerConnection, to: RTCPeerConnection): void {
  scope.listen<RTCPeerConnectionIceEvent>(from, 'icecandidate', ({ candidate }) => {
    if (candidate !== null) to.addIceCandidate(candidate).catch(() => {});
  });
}

/** Both ends of a channel; `null` when it does not open in time. */
async function channelsOf(
  scope: Scope,
  one: RTCPeerConnection,
  other: RTCPeerConnection,
  label: string,
  options: RTCDataChannelInit,
): Promise<[RTCDataChannel, RTCDataChannel] | null> {
  const id = label === 'pings' ? 0 : 1;
  const ends = [one, other].map((end) => end.createDataChannel(label, { ...options, negotiated: true, id }));
  const opened = Promise.all(ends.map((end) => once(scope, end, 'open', () => end.readyState === 'open')));
  if (one.signalingState === 'stable' && one.remoteDescription === null) {
    await one.setLocalDescription();
    await other.setRemoteDescription(one.localDescription as RTCSessionDescription);
    await other.setLocalDescription();
    await one.setRemoteDescription(other.localDescription as RTCSessionDescription);
  }
  const inTime = await Promise.race([opened.then(() => true), wait(scope, policy.relayTimeoutMs).then(() => false)]);
  return inTime ? (ends as [RTCDataChannel, RTCDataChannel]) : null;
}

async function ping(
  scope: Scope,
  runtime: Pick<Runtime, 'now'>,
  from: RTCDataChannel,
  to: RTCDataChannel,
): Promise<Pick<Relaying, 'roundTripMs' | 'lossShare'>> {
  const sentAtMs: number[] = [];
  const roundTripsMs: number[] = [];
  let complete: () => void = () => {};
  const all = new Promise<void>((resolve) => {
    complete = resolve;
  });
  scope.listen<MessageEvent>(to, 'message', ({ data }) => to.send(data));
  scope.listen<MessageEvent>(from, 'message', ({ data }) => {
    const sentAt = sentAtMs[Number(data)];
    if (sentAt !== undefined) roundTripsMs.push(runtime.now() - sentAt);
    if (roundTripsMs.length === policy.pings) complete();
  });
  for (let number = 0; number < policy.pings; number++) {
    sentAtMs.push(runtime.now());
    from.send(String(number));
    await wait(scope, policy.pingIntervalMs);
  }
  await Promise.race([all, wait(scope, policy.pingGraceMs)]);
  const median = roundTripsMs.sort((a, b) => a - b)[Math.floor(roundTripsMs.length / 2)];
  return {
    // To the server and back twice: once with the message, once with its answer.
    roundTripMs: median === undefined ? null : median / 2,
    lossShare: lossOfOneCrossing(policy.pings, roundTripsMs.length),
  };
}

/**
 * Pure: the share of messages that the line between this page and the relay loses in one direction. One that comes back has
 * crossed it four times: to the relay, from it to the other end, which is this page as well, and both ways with its answer.
 */
export function lossOfOneCrossing(sent: number, cameBack: number): number {
  return 1 - Math.min(1, cameBack / sent) ** (1 / 4);
}

async function burst(
  scope: Scope,
  runtime: Pick<Runtime, 'now'>,
  from: RTCDataChannel,
  to: RTCDataChannel,
): Promise<number | null> {
  const message = new ArrayBuffer(policy.burstMessageBytes);
  let sentBytes = 0;
  let receivedBytes = 0;
  let lastAtMs = 0;
  scope.listen<MessageEvent>(to, 'message', ({ data }) => {
    receivedBytes += (data as ArrayBuffer).byteLength ?? 0;
    lastAtMs = runtime.now();
  });
  to.binaryType = 'arraybuffer';
  from.bufferedAmountLowThreshold = policy.burstBufferedBytes / 2;
  const beganAtMs = runtime.now();
  const fill = () => {
    if (runtime.now() - beganAtMs > policy.burstMs) return;
    while (from.bufferedAmount < policy.burstBufferedBytes && sentBytes < policy.burstMaxBytes) {
      from.send(message);
      sentBytes += policy.burstMessageBytes;
    }
  };
  scope.listen(from, 'bufferedamountlow', fill);
  fill();
  await wait(scope, policy.burstMs);
  return lastAtMs > beganAtMs ? (receivedBytes * 8_000) / (lastAtMs - beganAtMs) : null;
}

function once(scope: Scope, target: EventTarget, type: string, isSo: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    scope.listen(target, type, () => resolve());
    if (isSo()) resolve();
  });
}

/** Also resolves when the scope ends. */
function wait(scope: Scope, ms: number): Promise<void> {
  return new Promise((resolve) => {
    scope.timer(() => resolve(), ms);
    scope.own(resolve);
  });
}
