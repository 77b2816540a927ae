import type { CallRecord, Outcome, Person, RemotePeer, StatsSample } from '@sightline/sdk';
import { FakeCall } from './fakeCall';
import { grace } from './fakeSightline';

export const people: readonly Person[] = [
  { personId: 'ada', displayName: 'Ada Lovelace', presence: 'online' },
  { personId: 'alan', displayName: 'Alan Turing', presence: 'in_call' },
  { personId: 'katherine', displayName: 'Katherine Johnson', presence: 'online' },
  { personId: 'zuse', displayName: 'Konrad Zuse', presence: 'offline' },
  { personId: 'barbara', displayName: 'Barbara Liskov', presence: 'online' },
  { personId: 'hedy', displayName: 'Hedwig Eva Maria Kiesler-Markey, called Hedy Lamarr', presence: 'offline' },
  { personId: 'li', displayName: '李飞飞', presence: 'offline' },
];

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

export function record(
  callId: string,
  person: { personId: string; displayName: string },
  outcome: Outcome | null,
  options: { incoming?: boolean; agoMs?: number; lastedMs?: number; voice?: boolean } = {},
): CallRecord {
  const createdAtMs = Date.now() - (options.agoMs ?? minuteMs);
  const connected = options.lastedMs === undefined ? null : createdAtMs + 5000;
  return {
    callId,
    callType: options.voice ? 'audio' : 'video',
    channelId: 'channel',
    callerId: options.incoming ? person.personId : grace.personId,
    participants: [grace, person].map(({ personId, displayName }) => ({ personId, displayName, standing: 'joined' })),
    createdAtMs,
    connectedAtMs: connected,
    endedAtMs: connected === null ? createdAtMs + 20_000 : connected + (options.lastedMs ?? 0),
    outcome,
  };
}

const ada = { personId: 'ada', displayName: 'Ada Lovelace' };
const alan = { personId: 'alan', displayName: 'Alan Turing' };
const katherine = { personId: 'katherine', displayName: 'Katherine Johnson' };

export const recentCalls: readonly CallRecord[] = [
  record('1', ada, 'missed', { incoming: true, agoMs: 4 * minuteMs }),
  record('2', katherine, 'ended', { agoMs: 50 * minuteMs, lastedMs: 23 * minuteMs }),
  record('3', alan, 'declined', { agoMs: dayMs, voice: true }),
  record('4', ada, 'ended', { incoming: true, agoMs: 2 * dayMs, lastedMs: 64 * minuteMs, voice: true }),
  record('5', katherine, 'connection_lost', { agoMs: 3 * dayMs, lastedMs: 2 * minuteMs }),
  record('6', alan, 'cancelled', { incoming: true, agoMs: 40 * dayMs }),
];

export const stats: StatsSample = {
  atMs: 0,
  roundTripMs: 42,
  jitterMs: 3.4,
  lossShare: 0.004,
  sendBitrateBps: 1_640_000,
  receiveBitrateBps: 2_310_000,
  framesPerSecond: 29.8,
  frameWidth: 1280,
  frameHeight: 720,
  localCandidateType: 'host',
  remoteCandidateType: 'srflx',
  videoCodec: 'VP9',
  soundLossShare: 0.002,
  sentLossShare: 0,
  jitterBufferMs: 38,
  frozenShare: 0,
  pictureBitrateBps: 2_260_000,
  sentFrameHeight: 720,
  sentFramesPerSecond: 30,
  sendLevel: 'good',
  relayProtocol: null,
  networkType: 'wifi',
};

/** Somebody who takes part, undisturbed. */
export function remotePeer(
  person: { personId: string; displayName: string },
  stream: MediaStream,
  change: Partial<RemotePeer> = {},
): RemotePeer {
  return {
    peer: `${person.personId}/device`,
    personId: person.personId,
    displayName: person.displayName,
    stream,
    microphoneOn: true,
    cameraOn: true,
    handRaised: false,
    onHold: false,
    screenStream: null,
    speaking: false,
    videoProblem: null,
    connected: true,
    quality: 'good',
    stats,
    restarts: 0,
    ...change,
  };
}

/** A call in the middle of a conversation with Ada. */
export function connectedCall(remoteStream: MediaStream, localStream: MediaStream | null = null): FakeCall {
  return groupCall([remotePeer(ada, remoteStream)], localStream);
}

/** A call in the middle of a conversation with all of these. */
export function groupCall(remotes: readonly RemotePeer[], localStream: MediaStream | null = null): FakeCall {
  return new FakeCall({
    callId: 'call',
    state: 'CONNECTED',
    others: remotes.map(({ personId, displayName }) => ({ personId, displayName, standing: 'joined' })),
    localStream,
    connectedAtMs: Date.now() - 754_000,
    quality: 'good',
    stats,
    remotes,
  });
}
