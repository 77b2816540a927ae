import type { PushState } from './pushClient';

export const pushWords: Readonly<Record<PushState, string>> = {
  off: 'Your browser will ask whether Sightline may send notifications.',
  on: 'A notification says who calls, also when no Sightline tab is open.',
  refused: 'Your browser blocks notifications from this page:',
  failed: 'Your browser could not be registered for notifications. Check the connection, then try again.',
  unsupported: 'This browser cannot ring a closed tab. Keep a tab open to be called.',
};

/** How to allow notifications after having blocked them, in the browser at hand. */
export function allowSteps(userAgent: string): readonly string[] {
  const then = 'Then turn this on again.';
  if (/iPhone|iPad/.test(userAgent)) {
    return ['Open the Settings app, then “Notifications” and “Sightline”.', 'Switch “Allow Notifications” on.', then];
  }
  if (/Firefox\//.test(userAgent)) {
    return ['Click the lock or the crossed-out bubble in the address bar.', 'Remove the block of notifications.', then];
  }
  if (/Chrome\//.test(userAgent)) {
    return ['Click the icon at the left of the address.', 'Switch “Notifications” on.', then];
  }
  if (/Safari\//.test(userAgent)) {
    return ['Open “Websites”, then “Notifications” in the settings of Safari.', 'Allow this site.', then];
  }
  return ['Open this site’s permissions in your browser.', 'Allow notifications.', then];
}
