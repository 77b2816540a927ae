import type { CaptureProblem } from '@sightline/sdk';

export interface CaptureWords {
  readonly title: string;
  readonly detail: string;
  /** Whether the steps to allow capture in this browser belong to it. */
  readonly steps: boolean;
  /** Whether asking again can help without leaving the page. */
  readonly again: boolean;
}

type Device = CaptureProblem['device'];

/** What we say when a camera, a microphone or both cannot be had for one reason, before a call. */
export function captureWords(reason: CaptureProblem['reason'], devices: readonly Device[]): CaptureWords {
  const both = devices.includes('camera') && devices.includes('microphone');
  const what = both ? 'camera and microphone' : (devices[0] ?? 'microphone');
  const without = devices.includes('microphone')
    ? ['hear you', 'You can still listen.']
    : ['see you', 'Your voice is enough to call.'];
  switch (reason) {
    case 'not_allowed':
      return {
        title: `Sightline may not use your ${what}`,
        detail: `Others cannot ${without[0]} until you allow it:`,
        steps: true,
        again: true,
      };
    case 'not_found':
      return {
        title: both ? 'No camera and no microphone found' : `No ${what} found`,
        detail: `Connect one, then try again. ${without[1]}`,
        steps: false,
        again: true,
      };
    case 'in_use':
      return {
        title: `Your ${what} can’t be opened`,
        detail: `Another app or window is using ${both ? 'them' : 'it'}. Close that one, then try again.`,
        steps: false,
        again: true,
      };
    case 'insecure_page':
      return {
        title: 'Camera and microphone stay closed on this page',
        detail: 'It was opened without encryption. Open the same address with https:// in front.',
        steps: false,
        again: false,
      };
    case 'failed':
      return {
        title: `Your ${what} did not start`,
        detail: 'Unplug and connect the device again or restart the browser, then try again.',
        steps: false,
        again: true,
      };
  }
}

/** One entry for each reason, with the devices that it holds for, the camera first. */
export function byReason(problems: readonly CaptureProblem[]): [CaptureProblem['reason'], Device[]][] {
  const found = new Map<CaptureProblem['reason'], Device[]>();
  for (const { reason, device } of problems) found.set(reason, [...(found.get(reason) ?? []), device].sort());
  return [...found];
}
