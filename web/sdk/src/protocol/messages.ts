/** The generated wire types under the names that the SDK uses, and what it makes of them. */
import type { Standing } from '../api.js';
import type * as wire from './messages.gen.js';

export type { Candidate } from './messages.gen.js';

type OmitFromEach<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
/** A change of some properties of each type of a union. */
type Change<T, C> = T extends unknown ? Omit<T, keyof C & keyof T> & Pick<C, keyof C & keyof T> : never;

export type ParticipantView = Omit<wire.ParticipantView, 'standing' | 'ring_expires_at'> & { standing: Standing };
export type CallView = Omit<wire.CallView, 'participants'> & { participants: ParticipantView[] };
export type PeerView = Omit<wire.PeerView, 'standing'> & { standing: Standing };
type Views = { call: CallView; peers: PeerView[]; standing: Standing };

export type Notification =
  | Change<wire.Notification, Views>
  | { type: 'notification'; notification_type: 'MISSED_CALLS'; count: number };

/** A session description on its way to or from a peer. */
export type Description = OmitFromEach<wire.Offer | wire.Answer | wire.IceRestart, 'to' | 'seq'>;
/** What is numbered, acknowledged and sent again. */
export type PeerBody = Description | OmitFromEach<wire.IceCandidatesBatch, 'to' | 'seq'>;
export type Relayed = wire.RelayedOffer | wire.RelayedAnswer | wire.RelayedIceRestart | wire.RelayedIceCandidatesBatch;

export type CallClientMessage = wire.ClientMessage;
/** Newer servers may know more error codes. Pongs are the socket's own affair. */
export type CallServerMessage =
  | Change<Exclude<wire.ServerMessage, wire.Error | wire.Pong>, Views>
  | (Pick<wire.Error, 'type' | 'in_reply_to'> & { code: string });
