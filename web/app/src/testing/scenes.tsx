import { type CallSnapshot, type EndReason, SightlineError } from '@sightline/sdk';
import type { ReactNode } from 'react';
import { App } from '../App';
import { endWords } from '../words';
import { drawnStream, looks } from './drawnStream';
import { FakeCall } from './fakeCall';
import { FakeSightline } from './fakeSightline';
import { connectedCall, people, recentCalls } from './samples';

/** Every screen in every state, by name. Each function prepares a fresh one. */
export const scenes: Readonly<Record<string, () => ReactNode>> = {
  'sign-in': () => app(new FakeSightline({ me: null })),
  'sign-in-demo': () =>
    app(
      new FakeSightline({
        me: null,
        demoLinks: [
          { displayName: 'Ada', url: '#ada' },
          { displayName: 'Grace', url: '#grace' },
        ],
      }),
    ),
  'sign-in-wrong': () => failing({ signIn: new SightlineError('wrong_credentials', 'wrong') }),
  'sign-in-limited': () => failing({ signIn: new SightlineError('too_many_requests', 'slow down', {}, 42) }),
  'sign-up': () => {
    location.hash = 'sign-up';
    return app(new FakeSightline({ me: null }));
  },
  loading: () => {
    const sightline = new FakeSightline();
    sightline.gate = new Promise(() => {});
    return app(sightline);
  },
  unreachable: () => failing({ me: new SightlineError('unreachable', 'no answer') }),
  home: () => app(home()),
  'home-empty': () => app(new FakeSightline()),
  'home-loading': () => {
    const sightline = home();
    sightline.people = () => new Promise(() => {});
    sightline.calls = () => new Promise(() => {});
    return app(sightline);
  },
  'home-failed': () => {
    const sightline = home();
    sightline.failures.people = new SightlineError('unreachable', 'no answer');
    sightline.failures.calls = new SightlineError('unreachable', 'no answer');
    return app(sightline);
  },
  'home-offline': () => app(home('offline')),
  'home-connecting': () => app(home('connecting')),
  'home-signed-out': () => app(home('signed_out')),
  'home-too-many': () => app(home('too_many_devices')),
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
  'connected-hint': () => talking({}, (call) => call.patch({ captureHint: 'camera_in_use', cameraOn: false })),
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
  crashed: () => {
    const sightline = home();
    sightline.onService = () => {
      throw new Error('The example of a bug.');
    };
    return app(sightline);
  },
};

const app = (sightline: FakeSightline) => <App sightline={sightline} />;

function failing(failures: FakeSightline['failures']) {
  const sightline = new FakeSightline({ me: null });
  Object.assign(sightline.failures, failures);
  return app(sightline);
}

const home = (service: FakeSightline['service'] = 'online') =>
  new FakeSightline({ people, calls: recentCalls, service });

const ada = { personId: 'ada', displayName: 'Ada Lovelace' };
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
      const alan = { personId: 'alan', displayName: 'Alan Turing' };
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
