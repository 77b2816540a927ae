import type { CaptureProblem, Settings } from '@sightline/sdk';
import { DeviceNews } from '../devices/DeviceNews';
import { EffectsMenu } from '../effects/EffectsMenu';
import { drawnStream, looks } from '../testing/drawnStream';
import { FakeCall } from '../testing/fakeCall';
import type { FakePreview } from '../testing/fakeDevices';
import { FakeSightline } from '../testing/fakeSightline';
import { app, home, type Scenes } from '../testing/stage';
import { SightlineProvider } from '../ui/sightline';

const both = (reason: CaptureProblem['reason']): readonly CaptureProblem[] => [
  { device: 'camera', reason },
  { device: 'microphone', reason },
];

/** The lobby, the devices and the effects. */
export const lobbyScenes: Scenes = {
  lobby: () => lobby(),
  'lobby-call': () => lobby({}, 'video:ada'),
  'lobby-voice': () => lobby({}, 'audio:ada'),
  'lobby-pending': () => lobby({ pending: true }),
  'lobby-off': () => lobby({ microphoneOn: false, cameraOn: false }),
  'lobby-not-allowed': () => lobby({ problems: both('not_allowed') }),
  'lobby-not-found': () => lobby({ problems: [{ device: 'microphone', reason: 'not_found' }] }),
  'lobby-in-use': () => lobby({ problems: [{ device: 'camera', reason: 'in_use' }] }),
  'lobby-insecure': () => lobby({ problems: both('insecure_page') }),
  'lobby-failed': () => lobby({ problems: [{ device: 'camera', reason: 'failed' }] }),
  'lobby-phone': () => {
    const sightline = home();
    sightline.devices.patch({ canSwitchCamera: true, canChooseSpeaker: false });
    return lobby({}, 'check-devices', sightline);
  },
  'lobby-no-devices': () => {
    const sightline = home();
    sightline.devices.patch({ cameras: [], microphones: [], speakers: [] });
    return lobby({ problems: both('not_found') }, 'check-devices', sightline);
  },
  'device-offer': () => {
    const sightline = home();
    sightline.devices.patch({ offered: { kind: 'microphone', deviceId: 'airpods', label: 'AirPods' } });
    return (
      <main className="home">
        <DeviceNews devices={sightline.devices} />
      </main>
    );
  },
  'device-notice': () => {
    const sightline = home();
    setTimeout(() => {
      sightline.devices.patch({
        offered: { kind: 'camera', deviceId: 'usb', label: 'USB camera' },
        change: { kind: 'microphone', lost: 'AirPods', used: 'Built-in microphone' },
      });
    }, 100);
    return (
      <main className="home">
        <DeviceNews devices={sightline.devices} />
      </main>
    );
  },
  effects: () => effects({ blurModelUrl: '/models/selfie.tflite' }),
  'effects-no-model': () => effects({}),
};

/** Opens the lobby by the button that leads there, as a person would. */
function lobby(start: Partial<FakePreview['snapshot']> = {}, button = 'check-devices', sightline = home()) {
  // The first call of a browser.
  localStorage.removeItem('sightline.lobby');
  sightline.devices.previewStart = { stream: drawnStream(looks.self), ...start };
  const whenThere = setInterval(() => {
    const element = document.querySelector<HTMLElement>(`[data-call-button="${button}"]`);
    element?.click();
    if (!element) return;
    clearInterval(whenThere);
    setTimeout(() => sightline.devices.previews.at(-1)?.sound(0.3), 100);
  }, 50);
  return app(sightline);
}

function effects(settings: Partial<Settings>) {
  return (
    <SightlineProvider value={new FakeSightline({ settings })}>
      <main className="panel lobby-panel">
        <h1>Sound and picture</h1>
        <EffectsMenu call={new FakeCall()} />
      </main>
    </SightlineProvider>
  );
}
