import type { Call, CallSnapshot, RecordingAnswer } from '@sightline/sdk';
import { useEffect, useRef, useState } from 'react';
import { announce } from '../../ui/announcer';
import { isOn, isWaiting } from '../states';
import { recordingNews, troubleWords } from './recordingWords';

type Trouble = Extract<RecordingAnswer, { ok: false }>;

export interface RecordingControl {
  /** The question whether everybody is to be recorded is open. */
  readonly asking: boolean;
  readonly starting: boolean;
  /** Why the recording was not started or stopped, for a while. */
  readonly trouble: { readonly reason: Trouble['reason']; readonly words: string } | null;
  /** Asks first, or stops what runs. */
  toggle(): void;
  start(): void;
  cancel(): void;
}

const shownMs = 12_000;

/** Starting and stopping the recording of a call, with words for when that does not work. */
export function useRecording(call: Call, snapshot: CallSnapshot): RecordingControl {
  const [asking, setAsking] = useState(false);
  const [starting, setStarting] = useState(false);
  const [trouble, setTrouble] = useState<RecordingControl['trouble']>(null);
  const recorded = snapshot.recording !== null;

  useEffect(() => {
    if (!trouble) return;
    announce(trouble.words);
    const timer = setTimeout(() => setTrouble(null), shownMs);
    return () => clearTimeout(timer);
  }, [trouble]);

  // Somebody else may be faster.
  useEffect(() => {
    if (!recorded) return;
    setAsking(false);
    setStarting(false);
    setTrouble(null);
  }, [recorded]);

  const ask = (wish: 'start' | 'stop', answer: Promise<RecordingAnswer>) =>
    answer.then((given) => {
      setStarting(false);
      if (!given.ok) setTrouble({ reason: given.reason, words: troubleWords(wish, given) });
    });
  return {
    asking,
    starting,
    trouble,
    toggle: () => {
      if (!recorded) return setAsking(true);
      ask('stop', call.stopRecording());
    },
    start: () => {
      setAsking(false);
      setTrouble(null);
      setStarting(true);
      announce('Starting the recording…');
      ask('start', call.startRecording());
    },
    cancel: () => setAsking(false),
  };
}

/** Tells people who do not see the screen that they are recorded, whoever started it and whenever they came. */
export function useRecordingAnnouncements(snapshot: CallSnapshot): void {
  const { state, recording } = snapshot;
  const before = useRef<CallSnapshot['recording']>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: when the recording is another, in the words of that moment
  useEffect(() => {
    if (!isOn(state) || isWaiting(state)) return;
    const news = recordingNews(before.current, recording, snapshot);
    before.current = recording;
    if (news) announce(news);
  }, [state, recording?.recordingId, recording?.leg]);
}
