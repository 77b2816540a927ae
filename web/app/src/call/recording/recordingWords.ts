import type { CallRecording, CallSnapshot, RecordingAnswer } from '@sightline/sdk';
import { clockTimeWords } from '../../words';
import { namesOf } from '../namesOf';

type Reason = Extract<RecordingAnswer, { ok: false }>['reason'];

/** `Ada`, or `you`: whoever is not among the others sits here. */
export const starterOf = ({ startedBy }: CallRecording, { others }: CallSnapshot): string =>
  others.find(({ personId }) => personId === startedBy)?.displayName ?? 'you';

/** `by Ada since 14:05` */
export const sinceWords = (recording: CallRecording, snapshot: CallSnapshot): string =>
  `by ${starterOf(recording, snapshot)} since ${clockTimeWords(recording.startedAtMs)}`;

export const interruptedWords = 'Your part is not being recorded right now. Trying again…';

const why: Readonly<Record<Reason, string>> = {
  not_in_call: 'Only a call that runs can be recorded, by those who take part.',
  unavailable: 'The server can’t record right now.',
  unreachable: 'The server can’t be reached. Check your connection, then try again.',
  failed: 'Something went wrong. Try again.',
};

/** Why nothing came of a wish; the server's own reason where it gives one. */
export function troubleWords(wish: 'start' | 'stop', { reason, detail }: { reason: Reason; detail: string }): string {
  const what = wish === 'start' ? 'The recording could not be started.' : 'The recording could not be stopped.';
  return `${what} ${reason === 'unavailable' && detail !== '' ? detail : why[reason]}`;
}

/** What is asked of a person before everybody is recorded. */
export const confirmWords = (snapshot: CallSnapshot): string =>
  `${namesOf(snapshot)} and you are told that the call is recorded, and by whom. Everybody’s sound, camera and shared ` +
  'screen are kept on the server, and everybody who was in the call can watch and download them later.';

/** What somebody who does not see the screen is told of a change. */
export function recordingNews(before: CallRecording | null, now: CallRecording | null, snapshot: CallSnapshot): string {
  if (before?.recordingId !== now?.recordingId) {
    if (now === null) return 'The recording has stopped. This call is not recorded any more.';
    const starter = starterOf(now, snapshot);
    return starter === 'you' ? 'You are recording this call.' : `This call is being recorded by ${starter}.`;
  }
  if (before?.leg === now?.leg) return '';
  if (now?.leg === 'interrupted') return interruptedWords;
  return now?.leg === 'sending' && before?.leg === 'interrupted' ? 'Your part is being recorded again.' : '';
}
