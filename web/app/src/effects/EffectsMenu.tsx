import type { Call } from '@sightline/sdk';
import { useCallback, useSyncExternalStore } from 'react';
import { announce } from '../ui/announcer';
import { Button } from '../ui/Button';
import { Switch } from '../ui/Switch';
import { useSightline } from '../ui/sightline';
import { useLoad } from '../ui/useLoad';
import { type Effect, effectsOf } from './callEffects';
import { blurObstacle, noiseObstacle } from './support';

const names: Readonly<Record<Effect, string>> = { noise: 'Suppress noise', blur: 'Blur the background' };

/** Noise suppression and background blur for the running call. Stands in a popover. */
export function EffectsMenu({ call }: { call: Call }) {
  const sightline = useSightline();
  const { state: settings, reload } = useLoad(useCallback(() => sightline.settings(), [sightline]));
  const effects = effectsOf(call, () => sightline.settings());
  const snapshot = useSyncExternalStore(effects.subscribe, () => effects.snapshot);

  const set = async (effect: Effect, on: boolean) => {
    await effects.set(effect, on);
    announce(`${names[effect]}: ${effects.snapshot[effect] === 'failed' ? 'could not be started' : on ? 'on' : 'off'}`);
  };

  const row = (effect: Effect, obstacle: string | null, about: string) => {
    const state = snapshot[effect];
    return (
      <div data-effect={effect} data-effect-state={obstacle === null ? state : 'unavailable'}>
        <Switch
          label={names[effect]}
          checked={state === 'on' || state === 'starting'}
          busy={state === 'starting'}
          disabled={obstacle !== null}
          hint={obstacle ?? hintOf(state, about)}
          onChange={(on) => set(effect, on)}
        />
      </div>
    );
  };

  const blurAbsent =
    settings.status === 'ready' && settings.data.blurModelUrl === null
      ? 'Not set up on this server. Its owner can name a segmentation model in the setting Media:BlurModelUrl.'
      : null;
  return (
    <div className="effects-menu">
      {row('noise', noiseObstacle(), 'Keeps fans, keyboards and streets out of your sound.')}
      {row('blur', blurAbsent ?? blurObstacle(), 'The room behind you becomes soft. Your device works harder for it.')}
      {settings.status === 'failed' && (
        <p className="switch-hint" role="alert">
          The server did not say whether blur is set up. <Button onClick={reload}>Try again</Button>
        </p>
      )}
    </div>
  );
}

function hintOf(state: 'off' | 'starting' | 'on' | 'failed', about: string): string {
  if (state === 'starting') return 'Starting…';
  if (state === 'failed') return 'It could not be started, so you are seen and heard as before. Try again.';
  return about;
}
