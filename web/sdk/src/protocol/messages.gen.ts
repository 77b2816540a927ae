/* Generated from protocol/schema.json by `npm run generate -w web/sdk`: change the server, not this file. */

export type Definition =
  | Join
  | Accept
  | Offer
  | Answer
  | IceRestart
  | IceCandidatesBatch
  | Ack
  | MediaReport
  | EndCall
  | Leave
  | Ping
  | ClientMessage
  | Joined
  | PeerJoined
  | PeerLeft
  | CallUpdated
  | RelayedOffer
  | RelayedAnswer
  | RelayedIceRestart
  | RelayedIceCandidatesBatch
  | RelayedAck
  | Error
  | Pong
  | ServerMessage
  | RingNotification
  | CallUpdatedNotification
  | PresenceNotification
  | MissedCallsNotification
  | RecordingNotification
  | Notification
  | CallView
  | ParticipantView
  | PeerView
  | PersonName
  | Candidate
  | CallRecordingView
  | RecordingView
  | WireRecordingStatus
  | WireRecordingProblem
  | WireCallType
  | WireCallState
  | WireOutcome
  | WireStanding
  | WirePresence
  | WireMediaState
  | ErrorCode
  | PeerLeftReason;
export type WireMediaState = "connected" | "reconnecting" | "failed";
export type ClientMessage =
  Join | Accept | Offer | Answer | IceRestart | IceCandidatesBatch | Ack | MediaReport | EndCall | Leave | Ping;
export type WireCallType = "audio" | "video";
export type WireCallState = "RINGING" | "CONNECTING" | "CONNECTED" | "RECONNECTING" | "ENDED";
export type WireStanding = "ringing" | "joined" | "declined" | "busy" | "missed" | "left" | "lost";
export type WireOutcome =
  | "ended"
  | "cancelled"
  | "declined"
  | "missed"
  | "busy"
  | "answered_elsewhere"
  | "failed_setup"
  | "connection_lost"
  | "left";
export type PeerLeftReason = "left" | "lost";
export type ErrorCode =
  | "malformed"
  | "unknown_type"
  | "invalid_field"
  | "too_large"
  | "forged_from"
  | "not_joined"
  | "not_accepted"
  | "peer_unavailable"
  | "invalid_transition"
  | "answered_elsewhere"
  | "rate_limited"
  | "unexpected";
export type ServerMessage =
  | Joined
  | PeerJoined
  | PeerLeft
  | CallUpdated
  | RelayedOffer
  | RelayedAnswer
  | RelayedIceRestart
  | RelayedIceCandidatesBatch
  | RelayedAck
  | Error
  | Pong;
export type WirePresence = "offline" | "online" | "in_call";
export type WireRecordingStatus = "recording" | "finishing" | "ready" | "failed";
export type WireRecordingProblem = "nothing_recorded" | "disk_full" | "unexpected";
export type Notification =
  RingNotification | CallUpdatedNotification | PresenceNotification | MissedCallsNotification | RecordingNotification;

export interface Join {
  type: "join";
  device_id: string;
}
export interface Accept {
  type: "accept";
}
export interface Offer {
  type: "offer";
  sdp: string;
  /**
   * person_id/device_id
   */
  to: string;
  seq: number;
}
export interface Answer {
  type: "answer";
  sdp: string;
  /**
   * person_id/device_id
   */
  to: string;
  seq: number;
}
export interface IceRestart {
  type: "ice_restart";
  sdp: string;
  /**
   * person_id/device_id
   */
  to: string;
  seq: number;
}
export interface IceCandidatesBatch {
  type: "ice_candidates_batch";
  candidates: Candidate[];
  /**
   * person_id/device_id
   */
  to: string;
  seq: number;
}
export interface Candidate {
  candidate: string;
  sdp_mid?: string | null;
  sdp_m_line_index?: number | null;
  username_fragment?: string | null;
}
export interface Ack {
  type: "ack";
  /**
   * person_id/device_id
   */
  to: string;
  seq: number;
}
export interface MediaReport {
  type: "media_state";
  media_state: WireMediaState;
}
export interface EndCall {
  type: "end_call";
}
export interface Leave {
  type: "leave";
}
export interface Ping {
  type: "ping";
  id: string;
}
export interface Joined {
  type: "joined";
  /**
   * person_id/device_id
   */
  peer: string;
  call: CallView;
  peers: PeerView[];
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
  recording: CallRecordingView | null;
}
export interface ParticipantView {
  person_id: string;
  display_name: string;
  standing: WireStanding;
  device_id: string | null;
  ring_expires_at: string | null;
}
export interface CallRecordingView {
  recording_id: string;
  started_by: string;
  started_at: string;
}
export interface PeerView {
  /**
   * person_id/device_id
   */
  peer: string;
  person_id: string;
  standing: WireStanding;
}
export interface PeerJoined {
  type: "peer_joined";
  /**
   * person_id/device_id
   */
  peer: string;
  person_id: string;
  standing: WireStanding;
}
export interface PeerLeft {
  type: "peer_left";
  /**
   * person_id/device_id
   */
  peer: string;
  reason: PeerLeftReason;
}
export interface CallUpdated {
  type: "call_updated";
  call: CallView;
}
export interface RelayedOffer {
  type: "offer";
  /**
   * person_id/device_id
   */
  from: string;
  seq: number;
  sdp: string;
}
export interface RelayedAnswer {
  type: "answer";
  /**
   * person_id/device_id
   */
  from: string;
  seq: number;
  sdp: string;
}
export interface RelayedIceRestart {
  type: "ice_restart";
  /**
   * person_id/device_id
   */
  from: string;
  seq: number;
  sdp: string;
}
export interface RelayedIceCandidatesBatch {
  type: "ice_candidates_batch";
  /**
   * person_id/device_id
   */
  from: string;
  seq: number;
  candidates: Candidate[];
}
export interface RelayedAck {
  type: "ack";
  /**
   * person_id/device_id
   */
  from: string;
  seq: number;
}
export interface Error {
  type: "error";
  code: ErrorCode;
  message: string;
  in_reply_to: string | null;
}
export interface Pong {
  type: "pong";
  id: string;
}
export interface RingNotification {
  notification_type: "CALL";
  call_id: string;
  call_type: WireCallType;
  channel_id: string;
  caller: PersonName;
  expires_at: string;
  type: "notification";
}
export interface PersonName {
  person_id: string;
  display_name: string;
}
export interface CallUpdatedNotification {
  notification_type: "CALL_UPDATED";
  call: CallView;
  type: "notification";
}
export interface PresenceNotification {
  notification_type: "PRESENCE";
  person_id: string;
  presence: WirePresence;
  type: "notification";
}
export interface MissedCallsNotification {
  notification_type: "MISSED_CALLS";
  count: number;
  type: "notification";
}
export interface RecordingNotification {
  notification_type: "RECORDING";
  recording: RecordingView;
  type: "notification";
}
export interface RecordingView {
  recording_id: string;
  call_id: string;
  channel_id: string;
  status: WireRecordingStatus;
  progress: number;
  started_by: string;
  started_at: string;
  stopped_at: string | null;
  length_ms: number | null;
  problem: WireRecordingProblem | null;
  participants: PersonName[];
}
