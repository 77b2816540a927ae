// Rings while no tab is open. It keeps nothing and answers no request of the page: the app is never served from here.
// The payloads are in docs/protocol.md; what the page makes of a press is in src/push/useCallLink.ts.

const ringTag = (callId) => `call-${callId}`;

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

self.addEventListener('push', (event) => {
  const message = read(event.data);
  if (message?.type === 'call') event.waitUntil(ring(message));
  if (message?.type === 'call_over') event.waitUntil(silence(message.call_id));
});

self.addEventListener('notificationclick', (event) => {
  const { call_id: callId, rings } = event.notification.data;
  event.notification.close();
  if (event.action === 'decline') event.waitUntil(decline(callId));
  else event.waitUntil(open(callId, rings && event.action === 'answer'));
});

function read(data) {
  try {
    const message = data?.json();
    return typeof message?.call_id === 'string' ? message : null;
  } catch {
    return null;
  }
}

async function ring({ call_id: callId, call_type: callType, caller, ring_expires_at: expiresAt }) {
  const name = caller?.display_name ?? 'Somebody';
  const rings = !(Date.parse(expiresAt) <= Date.now());
  // A tab that is looked at rings by itself. Browsers allow a push without a notification only then.
  if (rings && (await windows()).some((window) => window.visibilityState === 'visible')) return;
  await self.registration.showNotification(rings ? `${name} is calling` : `You missed a call from ${name}`, {
    tag: ringTag(callId),
    body: callType === 'video' ? 'Video call' : 'Voice call',
    icon: '/icon-192.png',
    requireInteraction: rings,
    renotify: rings,
    vibrate: rings ? [400, 200, 400, 200, 400] : [],
    actions: rings
      ? [
          { action: 'answer', title: 'Answer' },
          { action: 'decline', title: 'Decline' },
        ]
      : [],
    data: { call_id: callId, rings },
  });
}

async function silence(callId) {
  for (const notification of await self.registration.getNotifications({ tag: ringTag(callId) })) notification.close();
}

/** The page connects, and the call rings there if it still does. */
async function open(callId, answer) {
  const [window] = await windows();
  if (!window) {
    await self.clients.openWindow(`/#${answer ? 'answer' : 'call'}=${encodeURIComponent(callId)}`);
    return;
  }
  window.postMessage({ type: 'open_call', call_id: callId, answer });
  await window.focus();
}

/** As the page would do it: with the session's cookie, and the token that goes with it. */
async function decline(callId) {
  const me = await fetch('/account/me');
  if (!me.ok) return;
  const { antiforgery_token: token } = await me.json();
  await fetch(`/calls/${encodeURIComponent(callId)}/decline`, {
    method: 'POST',
    headers: { 'X-Sightline-Antiforgery': token },
  });
}

function windows() {
  return self.clients.matchAll({ type: 'window', includeUncontrolled: true });
}
