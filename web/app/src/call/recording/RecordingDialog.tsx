import type { CallSnapshot } from '@sightline/sdk';
import { Circle } from 'lucide-react';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { confirmWords } from './recordingWords';
import type { RecordingControl } from './useRecording';

/** Says who will see it and what is kept before anything is. */
export function RecordingDialog({ snapshot, control }: { snapshot: CallSnapshot; control: RecordingControl }) {
  return (
    <Dialog title="Record this call?" onClose={control.cancel}>
      <p className="recording-question">{confirmWords(snapshot)}</p>
      <div className="recording-choice">
        <Button look="primary" onClick={control.start}>
          <Circle aria-hidden="true" />
          Start recording
        </Button>
        <Button onClick={control.cancel}>Cancel</Button>
      </div>
    </Dialog>
  );
}
