import { Scope } from '../../src/lifetime.js';
import { DeviceList } from '../../src/media/devices.js';
import { type Kind, LocalMedia } from '../../src/media/local.js';
import type { Runtime } from '../../src/runtime.js';
import { Clock } from './clock.js';
import { FakeDevices, FakeVisibility, Gauges, mediaRuntime } from './media.js';

/** A page's devices on a clock of its own. */
export function page(devices: FakeDevices | null = new FakeDevices()) {
  const clock = new Clock();
  const visibility = new FakeVisibility();
  const gauges = new Gauges();
  const runtime = {
    now: () => clock.nowMs,
    setTimer: (run, delayMs) => clock.setTimer(run, delayMs),
    clearTimer: (timer) => clock.clearTimer(timer),
    ...mediaRuntime(devices ?? undefined, visibility, gauges),
  } as Partial<Runtime> as Runtime;
  const scope = new Scope(runtime);
  const list = new DeviceList(scope, runtime);
  return { clock, devices: devices ?? new FakeDevices(), visibility, gauges, runtime, scope, list };
}

/** The media of one call in it. */
export function local(options: { cameraOn?: boolean; microphoneOn?: boolean; devices?: FakeDevices | null } = {}) {
  const around = page(options.devices);
  const sent: [Kind, MediaStreamTrack | null][] = [];
  let changes = 0;
  const callScope = around.scope.child();
  const media = new LocalMedia(
    callScope,
    around.runtime,
    around.list,
    { cameraOn: options.cameraOn ?? true, microphoneOn: options.microphoneOn ?? true },
    { changed: () => (changes += 1), track: (kind, track) => sent.push([kind, track]) },
  );
  return {
    ...around,
    callScope,
    media,
    /** What was said of what is to be sent: the kind, and whether there is anything. */
    sent: () => sent.map(([kind, track]) => `${kind} ${track === null ? 'off' : 'on'}`),
    sentTracks: sent,
    changes: () => changes,
    live: () => around.devices.live.map(({ kind }) => kind),
    inUse: () => around.devices.live.map(({ settings }) => settings.deviceId),
  };
}
