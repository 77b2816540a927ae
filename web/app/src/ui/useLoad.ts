import { useCallback, useEffect, useRef, useState } from 'react';

export type Loaded<T> =
  | { readonly status: 'loading' }
  | { readonly status: 'failed' }
  | { readonly status: 'ready'; readonly data: T };

/**
 * Loads when `load` changes and when asked again. What was loaded stays on screen meanwhile, and a late answer to an
 * earlier question is dropped.
 */
export function useLoad<T>(load: () => Promise<T>) {
  const [state, setState] = useState<Loaded<T>>({ status: 'loading' });
  const latest = useRef(0);

  const reload = useCallback(() => {
    const ticket = ++latest.current;
    setState((now) => (now.status === 'failed' ? { status: 'loading' } : now));
    load().then(
      (data) => ticket === latest.current && setState({ status: 'ready', data }),
      () => ticket === latest.current && setState((now) => (now.status === 'ready' ? now : { status: 'failed' })),
    );
  }, [load]);

  useEffect(() => {
    reload();
    return () => {
      latest.current++;
    };
  }, [reload]);

  return { state, reload };
}
