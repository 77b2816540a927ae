import type { DeviceKind, DevicesSnapshot } from '@sightline/sdk';
import { kindWords, labelWords } from './deviceWords';

/** As the SDK tells it of what is captured; here for a speaker too. */
interface Change {
  readonly kind: DeviceKind;
  readonly lost: string;
  readonly used: string;
}

/** What has changed by itself between two looks at the devices: one in use went away, or is back. */
export function changeOf(before: DevicesSnapshot, now: DevicesSnapshot): Change | null {
  return now.change === before.change ? speakerChange(before, now) : now.change;
}

/** Only calls know what is played; whoever has chosen a speaker hears them there while it is connected. */
function speakerChange(before: DevicesSnapshot, now: DevicesSnapshot): Change | null {
  const { speaker } = now.chosen;
  if (speaker !== before.chosen.speaker || before.speakers.length === 0) return null;
  const [was, is] = [before, now].map(({ speakers }) => speakers.find(({ deviceId }) => deviceId === speaker));
  if (was && !is) return { kind: 'speaker', lost: was.label, used: '' };
  return is && !was ? { kind: 'speaker', lost: is.label, used: is.label } : null;
}

export function changeWords({ kind, lost, used }: Change): string {
  const what = `${kindWords[kind].toLowerCase()} ${labelWords(lost)}`.trim();
  if (lost === used) return `Your ${what} is back, and in use again.`;
  return `Your ${what} went away. Now using ${labelWords(used) || 'the one that the system chose'}.`;
}
