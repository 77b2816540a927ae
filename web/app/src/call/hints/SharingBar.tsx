import type { Call } from '@sightline/sdk';
import { MonitorUp } from 'lucide-react';
import { Button } from '../../ui/Button';

/** Nobody should forget that others see the screen. */
export function SharingBar({ call }: { call: Call }) {
  return (
    <section className="sharing-bar" aria-label="Screen sharing" data-sharing="">
      <MonitorUp aria-hidden="true" />
      <p>You are sharing your screen</p>
      <Button onClick={() => call.stopSharing()}>Stop</Button>
    </section>
  );
}
