import type { CaptureProblem } from '@sightline/sdk';
import { CircleAlert } from 'lucide-react';
import { grantSteps } from '../call/grantSteps';
import { byReason, captureWords } from '../devices/captureWords';
import { Button } from '../ui/Button';

interface Props {
  problems: readonly CaptureProblem[];
  pending: boolean;
  onRetry: () => void;
}

/** Why the camera or the microphone cannot be had, and what helps. */
export function ProblemCards({ problems, pending, onRetry }: Props) {
  const found = byReason(problems).map(([reason, devices]) => ({
    reason,
    devices,
    words: captureWords(reason, devices),
  }));
  return (
    <div role="alert" className="lobby-problems">
      {found.map(({ reason, devices, words }) => (
        <section className="problem-card" key={reason} data-capture-problem={`${devices.join('+')}:${reason}`}>
          <CircleAlert aria-hidden="true" />
          <div>
            <h2>{words.title}</h2>
            <p>{words.detail}</p>
            {words.steps && (
              <ol>
                {grantSteps(navigator.userAgent, isSecureContext).map((step) => (
                  <li key={step}>{step}</li>
                ))}
              </ol>
            )}
          </div>
        </section>
      ))}
      {found.some(({ words }) => words.again) && (
        <Button busy={pending} onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}
