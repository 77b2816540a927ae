import { type EndReason, type PeerName, type PersonId, SightlineError } from '../api.js';
import type { CallView, ParticipantView } from '../protocol/messages.js';
import type { Ask } from '../rest.js';

export interface Self {
  readonly personId: PersonId | null;
  readonly deviceId: string;
  /** Comes back into a call that it had left: that it has left says nothing new. */
  readonly returns?: boolean;
}

/** What the server's record of a call means for this device. */
export interface Meaning {
  readonly over: { readonly reason: EndReason; readonly bySelf: boolean } | null;
  /** This person still rings. */
  readonly selfRings: boolean;
  /** This device takes part. */
  readonly selfJoined: boolean;
  /** Somebody has answered. */
  readonly answered: boolean;
  /** The devices of the others that take part. */
  readonly joinedPeers: readonly PeerName[];
  /** Others who neither ring nor take part. */
  readonly gone: readonly PersonId[];
  /** Which recording this device is to send to. */
  readonly recordingId: string | null;
  /** How many others ring or take part. */
  readonly company: number;
}

/** Pure. */
export function interpret(record: CallView, self: Self): Meaning {
  const mine = record.participants.find((one) => one.person_id === self.personId);
  const others = record.participants.filter((one) => one !== mine);
  const isGone = (one: ParticipantView) => one.standing !== 'ringing' && one.standing !== 'joined';
  const selfJoined = mine?.standing === 'joined' && (mine.device_id === null || mine.device_id === self.deviceId);
  return {
    over: over(record, mine, self),
    selfRings: mine?.standing === 'ringing',
    selfJoined,
    recordingId: (selfJoined && record.recording?.recording_id) || null,
    answered: record.state !== 'RINGING',
    joinedPeers: others
      .filter((one) => one.standing === 'joined' && one.device_id !== null)
      .map((one) => `${one.person_id}/${one.device_id}`),
    gone: others.filter(isGone).map((one) => one.person_id),
    company: others.filter((one) => !isGone(one)).length,
  };
}

function over(record: CallView, mine: ParticipantView | undefined, self: Self): Meaning['over'] {
  // Before the rest: a call that this person had on another device did not end here, however it ended there.
  if (mine?.standing === 'joined' && mine.device_id !== null && mine.device_id !== self.deviceId) {
    return { reason: 'answered_elsewhere', bySelf: false };
  }
  if (record.state === 'ENDED') {
    return { reason: record.outcome ?? 'ended', bySelf: record.ended_by !== null && record.ended_by === self.personId };
  }
  if (mine === undefined || mine.standing === 'ringing' || mine.standing === 'joined' || self.returns) return null;
  // The call goes on without this person.
  if (mine.standing === 'lost') return { reason: 'connection_lost', bySelf: false };
  return { reason: mine.standing, bySelf: mine.standing !== 'missed' };
}

/** Pure: what to ask the server for. Who comes back into a call only goes again; the other's call cannot be cancelled. */
export function wording(ask: Ask, record: CallView | null, self: Self): Ask {
  if (ask === 'cancel' && self.returns) return { leave: self.deviceId };
  const mine = record?.participants.find((one) => one.person_id === self.personId);
  if (ask !== 'cancel' || mine === undefined || record?.caller_id === mine.person_id) return ask;
  return mine.standing === 'ringing' ? 'decline' : 'end';
}

/** Why a call that could not be made is over. */
export function reasonOf(error: unknown): EndReason {
  const code = error instanceof SightlineError ? error.code : 'unexpected';
  if (code === 'unreachable') return 'server_unreachable';
  return code === 'not_signed_in' ? 'signed_out' : 'refused';
}
