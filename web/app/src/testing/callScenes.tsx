import type { CallSnapshot, EndReason } from '@sightline/sdk';
import { endWords } from '../words';
import { drawnStream, looks } from './drawnStream';
import { FakeCall } from './fakeCall';
import { connectedCall } from './samples';
import { app, home, type Scenes } from './stage';

/** Calls, from the ring to the last screen. */
export const callScenes: Scenes = {
  'home-notice': () => ringing({}, (call) => call.end('missed')),
  incoming: () => ringing({}),
  'incoming-voice': () => ringing({ callType: 'audio' }),
  initiating: () => placed((call) => call.patch({ localStream: null })),
  ringing: () => placed((call) => call.go('RINGING', { localStream: drawnStream(looks.self) })),
  'ringing-voice': () => placed((call) => call.go('RINGING', { callType: 'audio', cameraOn: false })),
  connecting: () => placed((call) => call.go('CONNECTING', { localStream: drawnStream(looks.self) })),
  connected: () => talking(),
  'connected-bright': () => talking({ look: 'bright' }),
  'connected-tall': () => talking({ look: 'tall' }),
  'connected-muted': () => talking({}, (call) => call.patch({ microphoneOn: false, handRaised: true })),
  'connected-other-off': () =>
    talking({}, (call) => call.patchRemote({ microphoneOn: false, cameraOn: false, handRaised: true })),
  'connected-voice': () =>
    talking({}, (call) => {
      call.patch({ callType: 'audio', cameraOn: false, localStream: null });
      call.patchRemote({ cameraOn: false });
    }),
  'connected-poor': () => talking({}, (call) => call.patch({ quality: 'critical' })),
  'connected-hint': () =>
    talking({}, (call) => call.patch({ captureProblems: [{ device: 'camera', reason: 'in_use' }] })),
  'connected-second-call': () => talking({ second: true }),
  reconnecting: () => talking({}, (call) => setTimeout(() => call.go('RECONNECTING', { quality: null }), 600)),
  'reconnecting-signalling': () =>
    talking({ look: 'bright' }, (call) =>
      setTimeout(() => call.go('RECONNECTING', { quality: null, signallingUp: false }), 600),
    ),
  ending: () => talking({}, (call) => setTimeout(() => call.go('ENDING'), 600)),
  ...Object.fromEntries(
    (Object.keys(endWords) as EndReason[]).map((reason) => [`ended-${reason}`, () => ended(reason)]),
  ),
};

const ada = { personId: 'ada', displayName: 'Ada Lovelace', standing: 'joined' as const };
const settleMs = 300;

function ringing(start: Partial<CallSnapshot>, then: (call: FakeCall) => void = () => {}) {
  const sightline = home();
  setTimeout(() => {
    const call = new FakeCall({ state: 'INCOMING', direction: 'incoming', others: [ada], ...start });
    then(sightline.ring(call));
  }, settleMs);
  return app(sightline);
}

function placed(then: (call: FakeCall) => void) {
  const sightline = home();
  const place = sightline.call.bind(sightline);
  sightline.call = (person, options) => {
    const call = place(person, options);
    setTimeout(() => then(call));
    return call;
  };
  setTimeout(() => document.querySelector<HTMLElement>('[data-call-button="video:ada"]')?.click(), settleMs);
  return app(sightline);
}

function talking(
  { look = 'ada', second = false }: { look?: keyof typeof looks; second?: boolean } = {},
  then: (call: FakeCall) => void = () => {},
) {
  const sightline = home();
  const call = connectedCall(drawnStream(looks[look]), drawnStream(looks.self));
  sightline.call = () => call;
  setTimeout(() => {
    document.querySelector<HTMLElement>('[data-call-button="video:ada"]')?.click();
    then(call);
    if (second) {
      const alan = { personId: 'alan', displayName: 'Alan Turing', standing: 'joined' as const };
      sightline.ring(new FakeCall({ state: 'INCOMING', direction: 'incoming', others: [alan] }));
    }
  }, settleMs);
  return app(sightline);
}

function ended(reason: EndReason) {
  const talked = reason === 'ended' || reason === 'left' || reason === 'connection_lost';
  return placed((call) =>
    call.go('ENDED', {
      endReason: reason,
      endedBySelf: reason === 'cancelled',
      connectedAtMs: talked ? Date.now() - 754_000 : null,
      endedAtMs: Date.now(),
    }),
  );
}
