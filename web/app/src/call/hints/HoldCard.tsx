import type { Call } from '@sightline/sdk';
import { Pause, Play } from 'lucide-react';
import { Button } from '../../ui/Button';

/** This call is on hold here: nothing is sent and nothing is heard. */
export function HoldCard({ call, names }: { call: Call; names: string }) {
  return (
    <section className="hold-card" aria-label="On hold" data-own-hold="">
      <Pause aria-hidden="true" />
      <h2>You put this call on hold</h2>
      <p>{names} can’t hear or see you, and you don’t hear them.</p>
      <Button look="primary" onClick={() => call.setHold(false)}>
        <Play aria-hidden="true" />
        Resume
      </Button>
    </section>
  );
}
