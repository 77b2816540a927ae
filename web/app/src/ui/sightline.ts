import type { Sightline } from '@sightline/sdk';
import { createContext, useContext } from 'react';

const Context = createContext<Sightline | null>(null);

/** The app's one `Sightline`, for parts deep inside that need it rarely. */
export const SightlineProvider = Context.Provider;

export function useSightline(): Sightline {
  const sightline = useContext(Context);
  if (!sightline) throw new Error('There is no SightlineProvider around this.');
  return sightline;
}
