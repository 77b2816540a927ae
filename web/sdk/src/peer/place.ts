import type { Scope } from '../lifetime.js';

/**
 * Connections of this scope are made in a window of its own, which looks at the device's networks by itself. Chromium keeps
 * a list of them for each window, and for seconds after one has come, a window that had a list knows nothing of it
 * (docs/decisions/0016). Elsewhere the page will do.
 */
export function place(scope: Scope): void {
  if (!('userAgentData' in navigator)) return;
  const frame = document.createElement('iframe');
  frame.hidden = true;
  document.body.append(frame);
  scope.own(() => frame.remove());
  scope.place = frame.contentWindow as Window & typeof globalThis;
}
