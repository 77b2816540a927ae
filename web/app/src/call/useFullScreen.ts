import { useSyncExternalStore } from 'react';

export interface FullScreen {
  /** Phones of some makers have none for pages. */
  readonly possible: boolean;
  readonly on: boolean;
  toggle: () => void;
}

/** The whole page on the whole screen, so that cards over the call stay in view. */
export function useFullScreen(): FullScreen {
  const on = useSyncExternalStore(subscribe, () => document.fullscreenElement != null);
  const possible = document.fullscreenEnabled === true;
  return {
    possible,
    on,
    toggle: () => {
      if (!possible) return;
      // Refused without a gesture, for example: the page stays as it is.
      const change = on ? document.exitFullscreen() : document.documentElement.requestFullscreen();
      change.catch(() => {});
    },
  };
}

function subscribe(listener: () => void) {
  document.addEventListener('fullscreenchange', listener);
  return () => document.removeEventListener('fullscreenchange', listener);
}
