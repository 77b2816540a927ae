import type { Call, CallSnapshot } from '@sightline/sdk';
import { CloudOff, Unplug, WifiOff } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import { Button } from '../ui/Button';

interface Props {
  call: Call;
  snapshot: CallSnapshot;
  name: string;
}

/** Says which part of the way is down, that we are on it, and leaves the choice to wait or to end. */
export function ReconnectingBanner({ call, snapshot, name }: Props) {
  const online = useSyncExternalStore(subscribeOnline, () => navigator.onLine);
  const { icon: Icon, words } = !online
    ? { icon: WifiOff, words: 'Your device is offline.' }
    : !snapshot.signallingUp
      ? { icon: CloudOff, words: 'Sightline can’t be reached right now.' }
      : { icon: Unplug, words: `The line to ${name} is interrupted.` };
  return (
    <section className="reconnecting" aria-label="Reconnecting" data-reconnecting="">
      <span className="reconnecting-icon">
        <Icon aria-hidden="true" />
      </span>
      <div className="reconnecting-words">
        <h2>Reconnecting…</h2>
        <p>{words} We keep trying.</p>
      </div>
      <div className="reconnecting-actions">
        <Button look="primary" onClick={() => call.retryNow()}>
          Try again now
        </Button>
        <Button onClick={() => call.hangUp()}>End call</Button>
      </div>
    </section>
  );
}

function subscribeOnline(listener: () => void) {
  addEventListener('online', listener);
  addEventListener('offline', listener);
  return () => {
    removeEventListener('online', listener);
    removeEventListener('offline', listener);
  };
}
