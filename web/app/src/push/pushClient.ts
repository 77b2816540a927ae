import type { Sightline } from '@sightline/sdk';

/**
 * `refused`: the person or the browser blocks notifications. `failed`: the browser or its push service would not take
 * the subscription now.
 */
export type PushState = 'unsupported' | 'refused' | 'off' | 'on' | 'failed';

type Push = Pick<Sightline, 'push' | 'settings'>;

/** Whether this browser can ring a closed tab at all. Where the page is not secure, there are no service workers. */
export const pushSupported = () =>
  isSecureContext && 'serviceWorker' in navigator && 'PushManager' in globalThis && 'Notification' in globalThis;

export async function pushState(): Promise<PushState> {
  if (!pushSupported()) return 'unsupported';
  if (Notification.permission === 'denied') return 'refused';
  return (await currentSubscription()) ? 'on' : 'off';
}

/** To be called from a press: browsers ask the person only then. */
export async function turnPushOn(sightline: Push): Promise<PushState> {
  const permission = await Notification.requestPermission();
  if (permission !== 'granted') return permission === 'denied' ? 'refused' : 'off';
  try {
    const registration = await navigator.serviceWorker.register('/service-worker.js', { updateViaCache: 'none' });
    // A worker that is being installed cannot be subscribed yet.
    const [{ pushPublicKey }] = await Promise.all([sightline.settings(), navigator.serviceWorker.ready]);
    await tell(sightline, await subscribed(registration.pushManager, pushPublicKey));
    return 'on';
  } catch {
    await (await currentSubscription())?.unsubscribe();
    return 'failed';
  }
}

/** The server forgets this browser, and the browser the server; each also where the other cannot be reached. */
export async function turnPushOff(sightline: Push): Promise<PushState> {
  if (!pushSupported()) return 'unsupported';
  const subscription = await currentSubscription();
  if (subscription) {
    await Promise.allSettled([sightline.push.unsubscribe(subscription.endpoint), subscription.unsubscribe()]);
  }
  return pushState();
}

/** Tells the server again: it may have forgotten, or somebody else has signed in here. */
export async function renewPush(sightline: Push): Promise<void> {
  const subscription = pushSupported() && Notification.permission === 'granted' ? await currentSubscription() : null;
  if (subscription) await tell(sightline, subscription);
}

async function currentSubscription(): Promise<PushSubscription | null> {
  const registration = await navigator.serviceWorker.getRegistration('/');
  return (await registration?.pushManager.getSubscription()) ?? null;
}

async function subscribed(manager: PushManager, publicKey: string): Promise<PushSubscription> {
  const options = { userVisibleOnly: true, applicationServerKey: publicKey };
  const existing = await manager.getSubscription();
  // A subscription is bound to the server's key; a server that was set up anew has another one.
  if (existing && base64Url(existing.options.applicationServerKey) !== publicKey) await existing.unsubscribe();
  return manager.subscribe(options);
}

async function tell(sightline: Push, subscription: PushSubscription): Promise<void> {
  const p256dh = base64Url(subscription.getKey('p256dh'));
  const auth = base64Url(subscription.getKey('auth'));
  await sightline.push.subscribe({ endpoint: subscription.endpoint, p256dh, auth });
}

/** RFC 4648 section 5, without padding. */
export function base64Url(bytes: ArrayBuffer | null): string {
  const binary = String.fromCharCode(...new Uint8Array(bytes ?? new ArrayBuffer(0)));
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}
