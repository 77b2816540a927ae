import type { CallRecord, Participant, Standing } from '@sightline/sdk';
import { listWords } from '../call/namesOf';
import { durationWords, endWords } from '../words';

/** What a row in the list of recent calls says. */
export interface RecentRow {
  readonly others: readonly Participant[];
  readonly names: string;
  /** How it went, and for how long. */
  readonly text: string;
  /** In a call of several: how it went for each of them. */
  readonly each: string | null;
  readonly missed: boolean;
  readonly incoming: boolean;
  /** It still runs, and this person is not in it. */
  readonly canRejoin: boolean;
  /** It is over, and something of it may have been measured. */
  readonly hasReport: boolean;
}

const outside: ReadonlySet<Standing> = new Set(['left', 'lost', 'missed', 'declined', 'busy']);

const standingWords: Readonly<Record<Standing, string>> = {
  ringing: 'was called',
  joined: 'took part',
  declined: 'declined',
  busy: 'was busy',
  missed: 'did not answer',
  left: 'took part',
  lost: 'lost the connection',
};

const runningWords: Readonly<Record<Standing, string>> = {
  ...standingWords,
  ringing: 'is being called',
  joined: 'is in the call',
  left: 'has left',
};

export function recentRow(record: CallRecord, selfId: string): RecentRow {
  const incoming = record.callerId !== selfId;
  const others = record.participants.filter((participant) => participant.personId !== selfId);
  const own = record.participants.find((participant) => participant.personId === selfId)?.standing ?? 'joined';
  const running = record.outcome === null;
  const group = others.length > 1;
  const outsider = others.length === record.participants.length;
  const words = running ? runningWords : standingWords;
  return {
    others,
    names: listWords(others.map((other) => other.displayName)),
    text: outsider
      ? outsiderWords(record)
      : running
        ? nowWords(own)
        : overWords(record, incoming, group ? own : 'joined'),
    each: group ? others.map((other) => `${other.displayName} ${words[other.standing]}`).join(', ') : null,
    missed: incoming && !running && isMissed(record, group ? own : 'joined'),
    incoming,
    canRejoin: running && outside.has(own),
    hasReport: !running && (record.connectedAtMs !== null || record.outcome === 'failed_setup'),
  };
}

/** To somebody who looks after the server, a call is neither incoming nor outgoing. */
function outsiderWords(record: CallRecord): string {
  if (record.outcome === null) return 'In progress';
  return overWords(record, false, 'joined').replace(/^Outgoing/, 'Connected');
}

function nowWords(own: Standing): string {
  if (own === 'ringing') return 'Ringing';
  return outside.has(own) ? 'Goes on without you' : 'In progress';
}

/** In a group, a call may have gone well for the others while one missed it: then one's own standing decides. */
function isMissed({ outcome }: CallRecord, own: Standing): boolean {
  if (own === 'declined') return false;
  return (
    own === 'missed' || own === 'busy' || own === 'ringing' || ['missed', 'cancelled', 'busy'].includes(outcome ?? '')
  );
}

function overWords(record: CallRecord, incoming: boolean, own: Standing): string {
  if (incoming && own === 'busy') return endWords.busy.listed(true);
  if (incoming && own === 'declined') return endWords.declined.listed(true);
  if (isMissed(record, own) && incoming) return record.outcome === 'busy' ? endWords.busy.listed(true) : 'Missed';
  const listed = endWords[record.outcome ?? 'ended'].listed(incoming);
  if (record.connectedAtMs === null || record.endedAtMs === null) {
    return record.outcome === 'ended' ? 'Not connected' : listed;
  }
  return `${listed}, ${durationWords(record.endedAtMs - record.connectedAtMs)}`;
}
