import { candidates as candidateLimits, outbox } from '../policy.js';
import type { WireCallType, WirePresence, WireStanding } from './messages.gen.js';
import type { CallServerMessage, CallView, Candidate, Notification, ParticipantView, PeerView } from './messages.js';
import { anything, atMost, type Check, listOf, oneOf, orMissing, orNull, shape, text, whole } from './shape.js';

const standing = oneOf<WireStanding>('ringing', 'joined', 'declined', 'busy', 'missed', 'left', 'lost');
export const callType = oneOf<WireCallType>('audio', 'video');
export const presence = oneOf<WirePresence>('online', 'in_call', 'offline');

const participant = shape<ParticipantView>({
  person_id: text,
  display_name: text,
  standing,
  device_id: orNull(text),
  ring_expires_at: orNull(text),
});

export const callView = shape<CallView>({
  call_id: text,
  call_type: callType,
  channel_id: text,
  state: oneOf('RINGING', 'CONNECTING', 'CONNECTED', 'RECONNECTING', 'ENDED'),
  version: whole,
  caller_id: text,
  participants: listOf(participant),
  created_at: text,
  ring_expires_at: text,
  connected_at: orNull(text),
  ended_at: orNull(text),
  outcome: orNull(
    oneOf(
      'ended',
      'cancelled',
      'declined',
      'missed',
      'busy',
      'answered_elsewhere',
      'failed_setup',
      'connection_lost',
      'left',
    ),
  ),
  ended_by: orNull(text),
  recording: orNull(shape({ recording_id: text, started_by: text, started_at: text })),
});

const peerFields = { peer: text, person_id: text, standing };
const peerView = shape<PeerView>(peerFields);

const candidate = shape<Candidate>({
  candidate: atMost(candidateLimits.maxChars),
  sdp_mid: orMissing(text),
  sdp_m_line_index: orMissing(whole),
  username_fragment: orMissing(text),
});
const fewCandidates = listOf(candidate);
const batch: Check<Candidate[]> = (value): value is Candidate[] =>
  fewCandidates(value) && value.length <= candidateLimits.maxPerBatch;

const description = { from: text, seq: whole, sdp: atMost(outbox.maxSdpChars) };

type Of<M extends { type: string }, T extends M['type']> = Extract<M, { type: T }>;
const callMessages: { readonly [T in CallServerMessage['type']]: Check<Omit<Of<CallServerMessage, T>, 'type'>> } = {
  joined: shape({ peer: text, call: callView, peers: listOf(peerView) }),
  peer_joined: shape(peerFields),
  peer_left: shape({ peer: text, reason: oneOf('left', 'lost') }),
  call_updated: shape({ call: callView }),
  offer: shape(description),
  answer: shape(description),
  ice_restart: shape(description),
  ice_candidates_batch: shape({ from: text, seq: whole, candidates: batch }),
  ack: shape({ from: text, seq: whole }),
  error: shape({ code: text, in_reply_to: orNull(text) }),
};

type Notified<T> = Omit<Extract<Notification, { notification_type: T }>, 'type' | 'notification_type'>;
const notifications: { readonly [T in Notification['notification_type']]: Check<Notified<T>> } = {
  CALL: shape<Notified<'CALL'>>({
    call_id: text,
    call_type: callType,
    channel_id: text,
    caller: shape({ person_id: text, display_name: text }),
    expires_at: text,
  }),
  CALL_UPDATED: shape<Notified<'CALL_UPDATED'>>({ call: callView }),
  PRESENCE: shape<Notified<'PRESENCE'>>({ person_id: text, presence }),
  RECORDING: shape<Notified<'RECORDING'>>({ recording: anything }),
  MISSED_CALLS: shape<Notified<'MISSED_CALLS'>>({ count: whole }),
};

/** A message of the call socket, or `null` when it is not one that this version understands. */
export function readCallMessage(value: Readonly<Record<string, unknown>>): CallServerMessage | null {
  return checked(callMessages, value.type, value) ? (value as unknown as CallServerMessage) : null;
}

/** A message of the notification socket, or `null` when it is not one that this version understands. */
export function readNotification(value: Readonly<Record<string, unknown>>): Notification | null {
  return value.type === 'notification' && checked(notifications, value.notification_type, value)
    ? (value as unknown as Notification)
    : null;
}

function checked(checks: Readonly<Record<string, Check<unknown>>>, kind: unknown, value: unknown): boolean {
  return typeof kind === 'string' && Object.hasOwn(checks, kind) && checks[kind]?.(value) === true;
}
