import type { Call, CaptureProblem } from '@sightline/sdk';
import { CameraOff, MicOff } from 'lucide-react';
import { useEffect, useId, useState } from 'react';
import { announce } from '../../ui/announcer';
import { Button } from '../../ui/Button';
import { captureWords } from './captureWords';

interface Props {
  call: Call;
  problems: readonly CaptureProblem[];
  onClose: () => void;
}

/** Microphone or camera cannot be had: what happened, what to do, and the choice to try again or to go on without. */
export function CaptureCard({ call, problems, onClose }: Props) {
  const id = useId();
  const [asked, setAsked] = useState<string | null>(null);
  const entries = captureWords(problems, navigator.userAgent, isSecureContext);
  const spoken = entries.map((entry) => `${entry.title}. ${entry.detail}`).join(' ');
  useEffect(() => announce(spoken), [spoken]);
  return (
    <section className="capture-card" aria-labelledby={id}>
      <div className="capture-scroll">
        {entries.map((entry, index) => (
          <div key={entry.key} data-capture-problem={entry.key}>
            <h2 id={index === 0 ? id : undefined}>
              {entry.device === 'microphone' ? <MicOff aria-hidden="true" /> : <CameraOff aria-hidden="true" />}
              {entry.title}
            </h2>
            <p>{entry.detail}</p>
            {entry.steps.length > 0 && (
              <ol className="grant-steps">
                {entry.steps.map((step) => (
                  <li key={step}>{step}</li>
                ))}
              </ol>
            )}
          </div>
        ))}
        <p className="capture-again" role="status">
          {asked === spoken && 'Asked again. If the browser shows a question, answer it there.'}
        </p>
      </div>
      <div className="capture-actions">
        <Button onClick={onClose}>Go on without</Button>
        {problems.some(({ reason }) => reason !== 'insecure_page') && (
          <Button
            look="primary"
            onClick={() => {
              setAsked(spoken);
              call.retryCapture();
            }}
          >
            Try again
          </Button>
        )}
      </div>
    </section>
  );
}
