import type { Devices } from '@sightline/sdk';
import { X } from 'lucide-react';
import { useEffect } from 'react';
import { announce } from '../ui/announcer';
import { Button } from '../ui/Button';
import { IconButton } from '../ui/IconButton';
import { deviceIcons } from './deviceIcons';
import { deviceWords } from './deviceWords';
import { useDevices } from './useDevices';

/** A device has just been plugged in: use it? Takes no focus, and stays until it is answered. */
export function DeviceOffer({ devices }: { devices: Devices }) {
  const { offered } = useDevices(devices);
  const name = offered ? deviceWords(offered, 0) : '';
  useEffect(() => {
    if (name) announce(`${name} was connected. Use it?`);
  }, [name]);
  if (!offered) return null;
  const Icon = deviceIcons[offered.kind];
  return (
    <aside className="device-card device-offer" aria-label="New device" data-device-offer={offered.kind}>
      <Icon aria-hidden="true" />
      <p>{name} was connected.</p>
      <Button look="primary" onClick={() => devices.choose(offered.kind, offered.deviceId)}>
        Use {name}
      </Button>
      <IconButton label="Not now" icon={X} onClick={() => devices.dismissOffer()} />
    </aside>
  );
}
