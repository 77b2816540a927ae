import type { Call, CallSnapshot } from '@sightline/sdk';
import { CloudOff, Unplug, WifiOff } from 'lucide-react';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { announce } from '../ui/announcer';
import { Button } from '../ui/Button';
import { pathAdvice } from '../words';
import { contextOf } from './namesOf';

interface Props {
  call: Call;
  snapshot: CallSnapshot;
  name: string;
}

/** Most interruptions are over by then; whoever still waits wants to know what to do. */
const adviceAfterMs = 8_000;

/** Says which part of the way is down, that we are on it, soon also what to try, and leaves the choice to wait or to end. */
export function ReconnectingBanner({ call, snapshot, name }: Props) {
  const online = useSyncExternalStore(subscribeOnline, () => navigator.onLine);
  const [lost, setLost] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLost(true), adviceAfterMs);
    return () => clearTimeout(timer);
  }, []);
  const { icon: Icon, words, advice } = troubleOf(online, snapshot, name);
  useEffect(() => {
    if (lost) announce(`Connection lost. ${words} ${advice} We keep trying.`);
  }, [lost, words, advice]);
  return (
    <section className="reconnecting" aria-label="Reconnecting" data-reconnecting="">
      <span className="reconnecting-icon">
        <Icon aria-hidden="true" />
      </span>
      <div className="reconnecting-words">
        <h2>{lost ? 'Connection lost' : 'Reconnecting…'}</h2>
        <p>{words} We keep trying.</p>
        {lost && <p data-advice="">{advice}</p>}
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

function troubleOf(online: boolean, snapshot: CallSnapshot, name: string) {
  if (!online) return { icon: WifiOff, words: 'Your device is offline.', advice: 'Turn on Wi-Fi or mobile data.' };
  if (!snapshot.signallingUp) {
    const advice = 'Check your internet connection, or try another network.';
    return { icon: CloudOff, words: 'Sightline can’t be reached right now.', advice };
  }
  return { icon: Unplug, words: `The line to ${name} is interrupted.`, advice: pathAdvice(contextOf(snapshot)) };
}

function subscribeOnline(listener: () => void) {
  addEventListener('online', listener);
  addEventListener('offline', listener);
  return () => {
    removeEventListener('online', listener);
    removeEventListener('offline', listener);
  };
}
