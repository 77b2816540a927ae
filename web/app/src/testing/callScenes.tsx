import type { EndReason } from '@sightline/sdk';
import { endWords } from '../words';
import { ended, placed, ringing, talking } from './callStage';
import { drawnStream, looks } from './drawnStream';
import type { Scenes } from './stage';

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
