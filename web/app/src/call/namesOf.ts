import type { CallSnapshot } from '@sightline/sdk';
import type { EndContext } from '../words';
import { otherOf } from './otherOf';

/** How many of the others may take part or be called at once: a mesh of four. */
export const mostOthers = 3;

/** `Ada`, `Ada and Alan`, `Ada, Alan and Grace`. */
export function listWords(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}

/** Everybody else of a call: those who are in or ring, or else all who ever were. */
export function namesOf({ others }: CallSnapshot): string {
  const here = others.filter(({ standing }) => standing === 'joined' || standing === 'ringing');
  return listWords((here.length > 0 ? here : others).map((other) => other.displayName)) || 'Someone';
}

export const isGroup = ({ others }: CallSnapshot): boolean => others.length > 1;

/** What the words for the end of a call need to know. */
export function contextOf(snapshot: CallSnapshot): EndContext {
  const incoming = snapshot.direction === 'incoming';
  return {
    name: incoming && snapshot.connectedAtMs === null ? otherOf(snapshot).displayName : namesOf(snapshot),
    incoming,
    bySelf: snapshot.endedBySelf,
    video: snapshot.callType === 'video',
    group: isGroup(snapshot),
    relayReached: snapshot.relayReached,
  };
}
