import { useEffect } from 'react';
import { playTune, type TuneName } from './tunes';

export function useTune(name: TuneName | null): void {
  useEffect(() => (name === null ? undefined : playTune(name)), [name]);
}
