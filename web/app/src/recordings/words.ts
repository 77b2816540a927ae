import type { Me, Recording, RecordingDetails, RecordingFile, RecordingGap, RecordingProblem } from '@sightline/sdk';
import { listWords } from '../call/namesOf';
import { clockWords, durationWords } from '../words';

/** With whom it was: `Ada and Alan`. */
export function namesOfRecording({ participants }: Recording, { personId }: Me): string {
  return (
    listWords(participants.filter((one) => one.personId !== personId).map((one) => one.displayName)) || 'nobody else'
  );
}

const problems: Readonly<Record<RecordingProblem, string>> = {
  nothing_recorded: 'Nothing arrived that could be kept. The devices may not have reached the server.',
  disk_full: 'There is no room for its files on the server. Its owner can make room; what was recorded is still there.',
  unexpected: 'Its files could not be made. The server’s owner finds the reason in its log.',
};

export const problemWords = ({ problem }: Recording): string => problems[problem ?? 'unexpected'];

export const percentWords = ({ progress }: Recording): string => `${Math.floor(100 * Math.min(1, progress))} %`;

/** What a row says of how far it is. */
export function statusWords(recording: Recording): string {
  switch (recording.status) {
    case 'recording':
      return 'Being recorded now';
    case 'finishing':
      return `Its files are being made, ${percentWords(recording)}`;
    case 'ready':
      return recording.lengthMs === null ? 'Ready' : durationWords(recording.lengthMs);
    case 'failed':
      return 'Failed';
  }
}

/** `You`, or a name. */
export function whoWords(recording: Recording, personId: string | null, me: Me): string {
  if (personId === me.personId) return 'You';
  return recording.participants.find((one) => one.personId === personId)?.displayName ?? 'Somebody';
}

export function fileWords(recording: Recording, { kind, personId }: RecordingFile, me: Me): string {
  if (kind === 'combined') return 'Everybody';
  const who = whoWords(recording, personId, me);
  if (kind === 'person') return who;
  return who === 'You' ? 'Your screen' : `Screen of ${who}`;
}

/** `12.4 MB` */
export function bytesWords(bytes: number): string {
  if (bytes < 1_000_000) return `${Math.max(1, Math.round(bytes / 1_000))} kB`;
  if (bytes < 1_000_000_000) return `${(bytes / 1_000_000).toFixed(1)} MB`;
  return `${(bytes / 1_000_000_000).toFixed(2)} GB`;
}

export const causeWords: Readonly<Record<RecordingGap['cause'], string>> = {
  network: 'lost on the way',
  connection: 'the device was not connected',
  node: 'the server was away',
  disk: 'the server’s disk could not take it',
};

const trackWords: Readonly<Record<RecordingGap['track'], string>> = {
  microphone: 'microphone',
  camera: 'camera',
  screen: 'screen',
};

/** `Ada’s camera, 3 s: the device was not connected` */
export function gapWords(details: RecordingDetails, gap: RecordingGap, me: Me): string {
  const who = whoWords(details, gap.personId, me);
  const whose = who === 'You' ? 'Your' : `${who}’s`;
  return `${whose} ${trackWords[gap.track]}, ${shortWords(gap.lengthMs)}: ${causeWords[gap.cause]}`;
}

/** Gaps are often shorter than a second. */
const shortWords = (ms: number): string => (ms < 9_950 ? `${(ms / 1_000).toFixed(1)} s` : durationWords(ms));

export const atWords = (gap: RecordingGap): string => clockWords(gap.atMs);
