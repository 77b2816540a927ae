import type { Call, Settings, TrackProcessor } from '@sightline/sdk';

export type Effect = 'noise' | 'blur';
export type EffectState = 'off' | 'starting' | 'on' | 'failed';
export type EffectsSnapshot = Readonly<Record<Effect, EffectState>>;

const kinds = { noise: 'audio', blur: 'video' } as const;

/** The effects of one call: the call itself does not show which processors it has. */
export class CallEffects {
  snapshot: EffectsSnapshot = { noise: 'off', blur: 'off' };
  readonly #listeners = new Set<() => void>();

  constructor(
    readonly call: Pick<Call, 'setProcessor'>,
    readonly load: (effect: Effect) => Promise<TrackProcessor>,
  ) {}

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  async set(effect: Effect, on: boolean): Promise<void> {
    if (this.snapshot[effect] === 'starting') return;
    if (!on) {
      this.#set(effect, 'off');
      await this.call.setProcessor(kinds[effect], null);
      return;
    }
    this.#set(effect, 'starting');
    const had = await this.load(effect).then(
      (processor) => this.call.setProcessor(kinds[effect], processor),
      () => false,
    );
    this.#set(effect, had ? 'on' : 'failed');
  }

  #set(effect: Effect, state: EffectState): void {
    this.snapshot = { ...this.snapshot, [effect]: state };
    for (const listener of [...this.#listeners]) listener();
  }
}

const effects = new WeakMap<Call, CallEffects>();

/** The same object for the same call, so that a menu that was closed shows what it left. */
export function effectsOf(call: Call, settings: () => Promise<Settings>): CallEffects {
  const known = effects.get(call);
  if (known) return known;
  const made = new CallEffects(call, (effect) => loadEffect(effect, settings));
  effects.set(call, made);
  return made;
}

/** Both effects are large, so each is fetched when it is wanted for the first time. */
async function loadEffect(effect: Effect, settings: () => Promise<Settings>): Promise<TrackProcessor> {
  if (effect === 'noise') return (await import('./noise')).noiseSuppression;
  const { blurModelUrl } = await settings();
  if (blurModelUrl === null) throw new Error('No model for background blur is configured.');
  return (await import('./blur')).backgroundBlur(blurModelUrl);
}
