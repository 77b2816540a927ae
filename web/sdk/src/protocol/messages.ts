/** The messages and views of docs/protocol.md. */

export type Standing = 'ringing' | 'joined' | 'declined' | 'left' | 'missed';
export type WireCallState = 'RINGING' | 'CONNECTING' | 'CONNECTED' | 'RECONNECTING' | 'ENDED';
export type WireOutcome =
  | 'ended'
  | 'cancelled'
  | 'declined'
  | 'missed'
  | 'busy'
  | 'answered_elsewhere'
  | 'failed_setup'
  | 'connection_lost'
  | 'left';
export type WirePresence = 'online' | 'in_call' | 'offline';
export type WireCallType = 'audio' | 'video';

export interface ParticipantView {
  person_id: string;
  display_name: string;
  standing: Standing;
  device_id: string | null;
}

export interface CallView {
  call_id: string;
  call_type: WireCallType;
  channel_id: string;
  state: WireCallState;
  version: number;
  caller_id: string;
  participants: ParticipantView[];
  created_at: string;
  ring_expires_at: string;
  connected_at: string | null;
  ended_at: string | null;
  outcome: WireOutcome | null;
  ended_by: string | null;
}

export interface PeerView {
  peer: string;
  person_id: string;
  standing: Standing;
}

export interface WireCandidate {
  candidate: string;
  sdp_mid?: string | null;
  sdp_m_line_index?: number | null;
  username_fragment?: string | null;
}

export type Description =
  | { type: 'offer'; sdp: string }
  | { type: 'answer'; sdp: string }
  | { type: 'ice_restart'; sdp: string };
export type CandidatesBatch = { type: 'ice_candidates_batch'; candidates: readonly WireCandidate[] };
/** What is numbered, acknowledged and sent again. */
export type PeerBody = Description | CandidatesBatch;
export type Relayed = PeerBody & { from: string; seq: number };

export type CallClientMessage =
  | { type: 'join'; device_id: string }
  | { type: 'accept' }
  | (PeerBody & { to: string; seq: number })
  | { type: 'ack'; to: string; seq: number }
  | { type: 'media_state'; media_state: 'connected' | 'reconnecting' | 'failed' }
  | { type: 'end_call' }
  | { type: 'leave' };

export type CallServerMessage =
  | { type: 'joined'; peer: string; call: CallView; peers: PeerView[] }
  | ({ type: 'peer_joined' } & PeerView)
  | { type: 'peer_left'; peer: string; reason: 'left' | 'lost' }
  | { type: 'call_updated'; call: CallView }
  | { type: 'ack'; from: string; seq: number }
  | { type: 'error'; code: string; in_reply_to: string | null }
  | Relayed;

export type Notification =
  | {
      type: 'notification';
      notification_type: 'CALL';
      call_id: string;
      call_type: WireCallType;
      channel_id: string;
      caller: { person_id: string; display_name: string };
      expires_at: string;
    }
  | { type: 'notification'; notification_type: 'CALL_UPDATED'; call: CallView }
  | { type: 'notification'; notification_type: 'PRESENCE'; person_id: string; presence: WirePresence };
