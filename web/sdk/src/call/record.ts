import type { EndReason, PeerName, PersonId } from '../api.js';
import type { CallView } from '../protocol/messages.js';

export interface Self {
  readonly personId: PersonId | null;
  readonly deviceId: string;
}

/** What the server's record of a call means for this device. */
export interface Meaning {
  readonly over: { readonly reason: EndReason; readonly bySelf: boolean } | null;
  /** This person still rings. */
  readonly selfRings: boolean;
  /** This device takes part. */
  readonly selfJoined: boolean;
  /** Nobody rings any more. */
  readonly answered: boolean;
  /** The devices of the others that take part. */
  readonly joinedPeers: readonly PeerName[];
}

/** Pure. */
export function interpret(record: CallView, self: Self): Meaning {
  const mine = record.participants.find((one) => one.person_id === self.personId);
  return {
    over: over(record, mine, self),
    selfRings: mine?.standing === 'ringing',
    selfJoined: mine?.standing === 'joined' && (mine.device_id === null || mine.device_id === self.deviceId),
    answered: record.state !== 'RINGING',
    joinedPeers: record.participants
      .filter((one) => one !== mine && one.standing === 'joined' && one.device_id !== null)
      .map((one) => `${one.person_id}/${one.device_id}`),
  };
}

function over(record: CallView, mine: CallView['participants'][number] | undefined, self: Self): Meaning['over'] {
  // Before the rest: a call that this person had on another device did not end here, however it ended there.
  if (mine?.standing === 'joined' && mine.device_id !== null && mine.device_id !== self.deviceId) {
    return { reason: 'answered_elsewhere', bySelf: false };
  }
  if (record.state === 'ENDED') {
    return { reason: record.outcome ?? 'ended', bySelf: record.ended_by !== null && record.ended_by === self.personId };
  }
  // The call goes on without this person.
  if (mine?.standing === 'declined' || mine?.standing === 'left' || mine?.standing === 'missed') {
    return { reason: mine.standing, bySelf: mine.standing !== 'missed' };
  }
  return null;
}
