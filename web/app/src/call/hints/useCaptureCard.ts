import type { CaptureProblem } from '@sightline/sdk';
import { useState } from 'react';

export const keyOfProblem = ({ device, reason }: CaptureProblem) => `${device}:${reason}`;

/** The card comes up with each new problem, goes with the last one, and can be put away and called back meanwhile. */
export function useCaptureCard(problems: readonly CaptureProblem[]) {
  const [dismissed, setDismissed] = useState<readonly string[]>([]);
  return {
    shown: problems.some((problem) => !dismissed.includes(keyOfProblem(problem))),
    open: () => setDismissed([]),
    close: () => setDismissed(problems.map(keyOfProblem)),
  };
}
