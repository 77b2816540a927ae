import { useSyncExternalStore } from 'react';

let current = '';
const listeners = new Set<() => void>();

/** Says a sentence to people who use a screen reader. */
export function announce(sentence: string): void {
  // A screen reader is silent when the text does not change: the same sentence twice differs by an invisible space.
  current = sentence === current ? `${sentence}\u00a0` : sentence;
  for (const listener of listeners) listener();
}

export function Announcer() {
  const sentence = useSyncExternalStore(subscribe, () => current);
  return (
    <div className="visually-hidden" role="status" aria-live="polite" data-announcer="">
      {sentence}
    </div>
  );
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
