import { control as policy } from '../policy.js';
import { type Check, flag, oneOf, shape } from '../protocol/shape.js';

/** What a person has turned on, as the other side is told. */
export interface Intents {
  readonly microphoneOn: boolean;
  readonly cameraOn: boolean;
  readonly handRaised: boolean;
}

/** Both sides open this channel without negotiating it. */
export const controlChannel = { label: 'control', init: { negotiated: true, id: 0, ordered: true } } as const;

type WireIntents = { type: 'media'; microphone_on: boolean; camera_on: boolean; hand_raised: boolean };
const wireIntents: Check<WireIntents> = shape<WireIntents>({
  type: oneOf('media'),
  microphone_on: flag,
  camera_on: flag,
  hand_raised: flag,
});

export function writeIntents(intents: Intents): string {
  const message: WireIntents = {
    type: 'media',
    microphone_on: intents.microphoneOn,
    camera_on: intents.cameraOn,
    hand_raised: intents.handRaised,
  };
  return JSON.stringify(message);
}

/** `null` for whatever is not a message of this version: the other side is not trusted. */
export function readIntents(data: unknown): Intents | null {
  if (typeof data !== 'string' || data.length > policy.maxMessageChars) return null;
  try {
    const value: unknown = JSON.parse(data);
    if (!wireIntents(value)) return null;
    return { microphoneOn: value.microphone_on, cameraOn: value.camera_on, handRaised: value.hand_raised };
  } catch {
    return null;
  }
}
