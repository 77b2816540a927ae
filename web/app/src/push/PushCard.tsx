import { BellRing, X } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../ui/Button';
import { IconButton } from '../ui/IconButton';
import { remember, remembered } from '../ui/storage';
import { AllowSteps } from './AllowSteps';
import { pushWords } from './pushWords';
import type { Push } from './usePush';

/** Offers once, calmly, to ring here when no tab is open. The settings say the same at any time. */
export function PushCard({ push }: { push: Push }) {
  const [dismissed, setDismissed] = useState(() => remembered('push_offer') === 'dismissed');
  const [asked, setAsked] = useState(false);
  const { state } = push;
  // What was refused or cannot be had elsewhere is no news here, unless it answers a press.
  const shown = state === 'off' || (asked && state !== null && state !== 'unsupported');
  if (!shown || dismissed) return null;
  const dismiss = () => {
    remember('push_offer', 'dismissed');
    setDismissed(true);
  };
  return (
    <section className="push-card" aria-labelledby="push-title" data-push={state}>
      <BellRing aria-hidden="true" />
      <div className="push-words">
        <h2 id="push-title">{state === 'on' ? 'This browser rings' : 'Ring me when this tab is closed'}</h2>
        <div role="status">
          <p>{pushWords[state]}</p>
          {state === 'refused' && <AllowSteps />}
        </div>
      </div>
      {state !== 'on' && (
        <Button
          busy={push.busy}
          onClick={() => {
            setAsked(true);
            push.set(true);
          }}
        >
          {state === 'off' ? 'Turn on' : 'Try again'}
        </Button>
      )}
      <IconButton label={state === 'on' ? 'Dismiss' : 'Not now'} icon={X} onClick={dismiss} />
    </section>
  );
}
