/** The generated wire types under the names that the SDK uses, and what it makes of them. */
import type * as wire from './messages.gen.js';

export type { CallView, Candidate, ParticipantView, PeerView } from './messages.gen.js';

type OmitFromEach<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/** A session description on its way to or from a peer. */
export type Description = OmitFromEach<wire.Offer | wire.Answer | wire.IceRestart, 'to' | 'seq'>;
/** What is numbered, acknowledged and sent again. */
export type PeerBody = Description | OmitFromEach<wire.IceCandidatesBatch, 'to' | 'seq'>;
export type Relayed = wire.RelayedOffer | wire.RelayedAnswer | wire.RelayedIceRestart | wire.RelayedIceCandidatesBatch;

export type CallClientMessage = wire.ClientMessage;
/** What is said of a recording is read where recordings are. */
export type Notification =
  | Exclude<wire.Notification, wire.RecordingNotification>
  | (Omit<wire.RecordingNotification, 'recording'> & { recording: unknown });
/** Newer servers may know more error codes. Pongs are the socket's own affair. */
export type CallServerMessage =
  | Exclude<wire.ServerMessage, wire.Error | wire.Pong>
  | (Pick<wire.Error, 'type' | 'in_reply_to'> & { code: string });
