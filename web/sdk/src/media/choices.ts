import type { DeviceKind, Facing } from '../api.js';
import type { Runtime } from '../runtime.js';

/** What a person has chosen on this device; kept across visits. */
export type Choices = { readonly [K in DeviceKind]: string | null } & {
  readonly facing: Facing;
  readonly pauseVideoWhenHidden: boolean;
};

const key = 'sightline.devices';

export function readChoices(storage: Runtime['storage']): Choices {
  let stored: Partial<Record<string, unknown>> = {};
  try {
    stored = Object(JSON.parse(storage?.getItem(key) ?? '{}'));
  } catch {
    // Written by somebody else, or kept from us.
  }
  const text = (name: DeviceKind) => (typeof stored[name] === 'string' ? stored[name] : null);
  const { facing } = stored;
  return {
    microphone: text('microphone'),
    camera: text('camera'),
    speaker: text('speaker'),
    facing: facing === 'user' || facing === 'environment' ? facing : null,
    pauseVideoWhenHidden: stored.pauseVideoWhenHidden === true,
  };
}

export function writeChoices(storage: Runtime['storage'], choices: Choices): void {
  try {
    storage?.setItem(key, JSON.stringify(choices));
  } catch {
    // Full or refused: the choice holds until the page closes.
  }
}
