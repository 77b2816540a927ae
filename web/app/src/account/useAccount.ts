import type { Me, Sightline } from '@sightline/sdk';
import { useCallback, useEffect, useState } from 'react';

export type AccountState =
  | { readonly status: 'loading' }
  | { readonly status: 'unreachable' }
  | { readonly status: 'signed_out' }
  | { readonly status: 'signed_in'; readonly me: Me };

/** Who uses this browser. */
export function useAccount(sightline: Sightline) {
  const [state, setState] = useState<AccountState>({ status: 'loading' });

  const setMe = useCallback((me: Me | null) => {
    setState(me ? { status: 'signed_in', me } : { status: 'signed_out' });
  }, []);

  const ask = useCallback(() => {
    setState({ status: 'loading' });
    sightline.account.me().then(setMe, () => setState({ status: 'unreachable' }));
  }, [sightline, setMe]);

  useEffect(ask, [ask]);
  return { state, setMe, ask };
}
