import type { Sightline } from '@sightline/sdk';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { CallDesk } from './callDesk';

export function useCallDesk(sightline: Sightline) {
  const [desk] = useState(() => new CallDesk(sightline));
  useEffect(() => desk.open(), [desk]);
  return { desk, ...useSyncExternalStore(desk.subscribe, () => desk.snapshot) };
}
