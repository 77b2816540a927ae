import type { CallSnapshot } from '@sightline/sdk';
import { TriangleAlert } from 'lucide-react';
import { interruptedWords, sinceWords } from './recordingWords';
import type { RecordingControl } from './useRecording';

interface Props {
  snapshot: CallSnapshot;
  /** Missing where the person is not in the call yet. */
  control?: RecordingControl;
}

/** Nobody is recorded without seeing it: that it runs, whose wish it was, and since when. */
export function RecordingBar({ snapshot, control }: Props) {
  const { recording } = snapshot;
  return (
    <>
      {recording && (
        <section className="recording-bar" aria-label="Recording" data-recording={recording.leg}>
          <RecordingDot />
          <p>{sinceWords(recording, snapshot)}</p>
        </section>
      )}
      {!recording && control?.starting && (
        <section className="recording-bar" aria-label="Recording" data-recording="starting">
          <p>Starting the recording…</p>
        </section>
      )}
      {recording?.leg === 'interrupted' && (
        <p className="hint hint-words" data-recording-interrupted="">
          <TriangleAlert aria-hidden="true" />
          <span>{interruptedWords}</span>
        </p>
      )}
      {control?.trouble && (
        <p className="hint hint-words" role="status" data-recording-trouble={control.trouble.reason}>
          {control.trouble.words}
        </p>
      )}
    </>
  );
}

export function RecordingDot() {
  return (
    <strong className="recording-mark">
      <i aria-hidden="true" />
      REC<span className="visually-hidden">: this call is being recorded</span>
    </strong>
  );
}
