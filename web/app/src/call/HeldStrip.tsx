import type { Call } from '@sightline/sdk';
import { ArrowLeftRight, Pause, PhoneOff } from 'lucide-react';
import { Button } from '../ui/Button';
import { IconButton } from '../ui/IconButton';
import { namesOf } from './namesOf';
import { useCall } from './useCall';

interface Props {
  call: Call;
  onSwap: () => void;
  onEnd: () => void;
}

/** The call that waits behind the one on screen. */
export function HeldStrip({ call, onSwap, onEnd }: Props) {
  const names = namesOf(useCall(call));
  return (
    <section className="held-strip" aria-label="Call on hold" data-held-call="">
      <Pause aria-hidden="true" />
      <p>
        <b>{names}</b> on hold
      </p>
      <Button onClick={onSwap} aria-label={`Switch to ${names}`}>
        <ArrowLeftRight aria-hidden="true" />
        Switch
      </Button>
      <IconButton label={`End the call with ${names}`} icon={PhoneOff} className="held-end" onClick={onEnd} />
    </section>
  );
}
