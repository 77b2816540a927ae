import type { CaptureProblem } from '@sightline/sdk';
import { grantSteps } from '../grantSteps';

export interface CaptureWords {
  readonly device: CaptureProblem['device'];
  /** `camera:in_use`, or `camera+microphone:not_allowed` where both have the same problem. */
  readonly key: string;
  readonly title: string;
  readonly detail: string;
  /** What to do in this browser; empty where the detail says it all. */
  readonly steps: readonly string[];
}

type Reason = CaptureProblem['reason'];

const names = { camera: 'camera', microphone: 'microphone' } as const;

/** What happened to microphone and camera, and what helps in this browser; one entry where both have the same problem. */
export function captureWords(
  problems: readonly CaptureProblem[],
  userAgent: string,
  secure: boolean,
): readonly CaptureWords[] {
  const reasons = [...new Set(problems.map((problem) => problem.reason))];
  return reasons.map((reason) => {
    const devices = (['camera', 'microphone'] as const).filter((device) =>
      problems.some((problem) => problem.reason === reason && problem.device === device),
    );
    const what = devices.map((device) => names[device]).join(' and ');
    return {
      device: devices.includes('microphone') ? 'microphone' : 'camera',
      key: `${devices.join('+')}:${reason}`,
      ...say(reason, what, devices.length > 1, devices.includes('microphone')),
      steps:
        reason === 'not_allowed' || reason === 'insecure_page'
          ? grantSteps(userAgent, secure && reason !== 'insecure_page')
          : [],
    };
  });
}

function say(reason: Reason, what: string, both: boolean, mute: boolean): { title: string; detail: string } {
  const meanwhile = `The others don’t ${both ? 'hear or see' : mute ? 'hear' : 'see'} you.`;
  switch (reason) {
    case 'not_allowed':
      return { title: `Sightline may not use your ${what}`, detail: `${meanwhile} This is how to allow it:` };
    case 'insecure_page':
      return { title: `Your ${what} can’t be used on this page`, detail: meanwhile };
    case 'not_found':
      return {
        title: both ? 'No camera and no microphone were found' : `No ${what} was found`,
        detail: `${meanwhile} Connect ${mute ? 'a microphone or a headset' : 'a camera'}, then try again.`,
      };
    case 'in_use':
      return {
        title: `Your ${what} can’t be opened`,
        detail: `${meanwhile} Another app or tab is using it: close that one, then try again.`,
      };
    case 'failed':
      return {
        title: `Your ${what} did not start`,
        detail: `${meanwhile} Unplug it and plug it in again, or restart the browser, then try again.`,
      };
  }
}
