import type { Devices } from '@sightline/sdk';
import { X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { announce } from '../ui/announcer';
import { IconButton } from '../ui/IconButton';
import { changeOf, changeWords } from './changeWords';
import { deviceIcons } from './deviceIcons';
import { useDevices } from './useDevices';

const shownMs = 10_000;

/** A device in use went away, or is back: says which one is used now. The lists of devices show it for longer. */
export function DeviceNotice({ devices }: { devices: Devices }) {
  const snapshot = useDevices(devices);
  const before = useRef(snapshot);
  const [change, setChange] = useState<ReturnType<typeof changeOf>>(null);

  useEffect(() => {
    const found = changeOf(before.current, snapshot);
    before.current = snapshot;
    if (found) setChange(found);
  }, [snapshot]);

  useEffect(() => {
    if (!change) return;
    announce(changeWords(change));
    const timer = setTimeout(() => setChange(null), shownMs);
    return () => clearTimeout(timer);
  }, [change]);

  if (!change) return null;
  const Icon = deviceIcons[change.kind];
  return (
    <aside className="device-card" aria-label="Device" data-device-notice={change.kind}>
      <Icon aria-hidden="true" />
      <p>{changeWords(change)}</p>
      <IconButton label="Dismiss" icon={X} onClick={() => setChange(null)} />
    </aside>
  );
}
