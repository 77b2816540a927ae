import { type Reaction, reactions } from '../api.js';
import { control as policy } from '../policy.js';
import { atMost, type Check, flag, oneOf, orMissing, shape } from '../protocol/shape.js';

/** What a person has turned on, as the other side is told. */
export interface Intents {
  readonly microphoneOn: boolean;
  readonly cameraOn: boolean;
  readonly handRaised: boolean;
  readonly onHold: boolean;
  /** The id of the stream in which the screen is sent; `null` while it is not. */
  readonly screen: string | null;
}

export type ControlMessage =
  | { readonly type: 'media'; readonly intents: Intents }
  | { readonly type: 'chat'; readonly id: string; readonly text: string }
  | { readonly type: 'reaction'; readonly emoji: Reaction };

/** Both sides open this channel without negotiating it. */
export const controlChannel = { label: 'control', init: { negotiated: true, id: 0, ordered: true } } as const;

interface WireIntents {
  microphone_on: boolean;
  camera_on: boolean;
  hand_raised: boolean;
  /** Peers of older versions say neither this nor `screen`. */
  on_hold: boolean | null | undefined;
  screen: string | null | undefined;
}

const wireIntents: Check<WireIntents> = shape<WireIntents>({
  microphone_on: flag,
  camera_on: flag,
  hand_raised: flag,
  on_hold: orMissing(flag),
  screen: orMissing(atMost(policy.maxIdChars)),
});
const chat = shape<{ id: string; text: string }>({ id: atMost(policy.maxIdChars), text: atMost(policy.maxChatChars) });
const reaction = shape<{ emoji: Reaction }>({ emoji: oneOf<Reaction>(...reactions) });

export function writeControl(message: ControlMessage): string {
  if (message.type !== 'media') return JSON.stringify(message);
  const { microphoneOn, cameraOn, handRaised, onHold, screen } = message.intents;
  const wire: WireIntents = {
    microphone_on: microphoneOn,
    camera_on: cameraOn,
    hand_raised: handRaised,
    on_hold: onHold,
    screen,
  };
  return JSON.stringify({ type: 'media', ...wire });
}

/** `null` for whatever is not a message of this version: the other side is not trusted. */
export function readControl(data: unknown): ControlMessage | null {
  if (typeof data !== 'string' || data.length > policy.maxMessageChars) return null;
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    return null;
  }
  switch ((value as { type?: unknown } | null)?.type) {
    case 'media':
      return wireIntents(value) ? { type: 'media', intents: toIntents(value) } : null;
    case 'chat':
      return chat(value) && value.text.trim() !== '' ? { type: 'chat', id: value.id, text: value.text } : null;
    case 'reaction':
      return reaction(value) ? { type: 'reaction', emoji: value.emoji } : null;
    default:
      return null;
  }
}

function toIntents(wire: WireIntents): Intents {
  return {
    microphoneOn: wire.microphone_on,
    cameraOn: wire.camera_on,
    handRaised: wire.hand_raised,
    onHold: wire.on_hold ?? false,
    screen: wire.screen ?? null,
  };
}

/** Pure: at most so many in a row, refilled so fast. */
export class Bucket {
  readonly #limits: { readonly burst: number; readonly perSecond: number };
  #left: number;
  #atMs = 0;

  constructor(limits: { readonly burst: number; readonly perSecond: number }) {
    this.#limits = limits;
    this.#left = limits.burst;
  }

  /** `false` for what is too fast. */
  take(nowMs: number): boolean {
    const { burst, perSecond } = this.#limits;
    this.#left = Math.min(burst, this.#left + ((nowMs - this.#atMs) / 1_000) * perSecond);
    this.#atMs = nowMs;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
