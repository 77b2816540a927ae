import { Switch } from '../ui/Switch';
import { AllowSteps } from './AllowSteps';
import { pushWords } from './pushWords';
import type { Push } from './usePush';

/** The same choice among the settings, with what stands in its way. */
export function PushSwitch({ push }: { push: Push }) {
  const { state, busy } = push;
  return (
    <div data-push-setting={state ?? 'checking'}>
      <Switch
        label="Ring me when this tab is closed"
        checked={state === 'on'}
        busy={busy}
        disabled={state === null || state === 'unsupported'}
        hint={state && pushWords[state]}
        onChange={push.set}
      />
      {state === 'refused' && <AllowSteps />}
    </div>
  );
}
