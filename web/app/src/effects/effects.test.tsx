import { type Settings, SightlineError, type TrackProcessor } from '@sightline/sdk';
import { render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from 'vitest';
import { FakeCall } from '../testing/fakeCall';
import { FakeSightline } from '../testing/fakeSightline';
import { SightlineProvider } from '../ui/sightline';
import { CallEffects } from './callEffects';
import { EffectsMenu } from './EffectsMenu';

const processor: TrackProcessor = { process: async (track) => ({ track, dispose: () => {} }) };
vi.mock('./noise', () => ({
  noiseSuppression: { process: async (track: MediaStreamTrack) => ({ track, dispose() {} }) },
}));
vi.mock('./blur', () => ({
  backgroundBlur: () => ({ process: async (track: MediaStreamTrack) => ({ track, dispose() {} }) }),
}));

describe('the effects of a call', () => {
  it('are on once the call has taken them, and taken away again', async () => {
    const call = new FakeCall();
    const effects = new CallEffects(call, async () => processor);
    const on = effects.set('noise', true);
    expect(effects.snapshot.noise).toBe('starting');
    await on;
    expect(effects.snapshot).toEqual({ noise: 'on', blur: 'off' });
    expect(call.processors.audio).toBe(processor);
    await effects.set('noise', false);
    expect(call.processors.audio).toBeNull();
    expect(effects.snapshot.noise).toBe('off');
  });

  it('have failed when the call cannot have them, or they cannot be loaded', async () => {
    const call = new FakeCall();
    call.processing = false;
    const effects = new CallEffects(call, async () => processor);
    await effects.set('blur', true);
    expect(effects.snapshot.blur).toBe('failed');
    const unloadable = new CallEffects(call, () => Promise.reject(new Error('no network')));
    await unloadable.set('noise', true);
    expect(unloadable.snapshot.noise).toBe('failed');
  });
});

describe('the menu of effects', () => {
  let webGl: MockInstance;
  beforeEach(() => {
    vi.stubGlobal('AudioWorkletNode', class {});
    HTMLCanvasElement.prototype.captureStream = () => ({}) as MediaStream;
    webGl = vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue({ getExtension: () => null } as never);
  });
  afterEach(() => {
    webGl.mockRestore();
    vi.unstubAllGlobals();
    Reflect.deleteProperty(HTMLCanvasElement.prototype, 'captureStream');
  });

  function open(settings: Partial<Settings> = { blurModelUrl: '/model.tflite' }, call = new FakeCall()) {
    const sightline = new FakeSightline({ settings });
    const menu = (
      <SightlineProvider value={sightline}>
        <EffectsMenu call={call} />
      </SightlineProvider>
    );
    const { unmount } = render(menu);
    return { call, sightline, menu, unmount, user: userEvent.setup() };
  }
  const state = (effect: string) =>
    document.querySelector<HTMLElement>(`[data-effect="${effect}"]`)?.dataset.effectState;

  it('turns them on and off, and remembers them while it is closed', async () => {
    const { call, menu, unmount, user } = open();
    await user.click(screen.getByRole('checkbox', { name: 'Suppress noise' }));
    await user.click(screen.getByRole('checkbox', { name: 'Blur the background' }));
    await waitFor(() => expect([state('noise'), state('blur')]).toEqual(['on', 'on']));
    unmount();
    render(menu);
    expect(screen.getByRole('checkbox', { name: 'Suppress noise' })).toHaveProperty('checked', true);
    await user.click(screen.getByRole('checkbox', { name: 'Suppress noise' }));
    expect(call.asked).toEqual(['audio processor on', 'video processor on', 'audio processor off']);
  });

  it('says how blur is set up where there is no model', async () => {
    open({ blurModelUrl: null });
    expect(await screen.findByText(/Media:BlurModelUrl/)).toBeTruthy();
    expect(screen.getByRole('checkbox', { name: 'Blur the background' })).toHaveProperty('disabled', true);
    expect(state('blur')).toBe('unavailable');
  });

  it('says what the browser lacks', async () => {
    vi.unstubAllGlobals();
    Reflect.deleteProperty(HTMLCanvasElement.prototype, 'captureStream');
    open();
    expect(screen.getByText(/audio worklets/)).toBeTruthy();
    expect(screen.getByText(/canvas streams/)).toBeTruthy();
    expect([state('noise'), state('blur')]).toEqual(['unavailable', 'unavailable']);
  });

  it('says that an effect could not be started, and that nothing has changed', async () => {
    const call = new FakeCall();
    call.processing = false;
    const { user } = open({}, call);
    await user.click(screen.getByRole('checkbox', { name: 'Suppress noise' }));
    expect(await screen.findByText(/could not be started/)).toBeTruthy();
    expect(screen.getByRole('checkbox', { name: 'Suppress noise' })).toHaveProperty('checked', false);
  });

  it('asks the server again whether blur is set up', async () => {
    const sightline = new FakeSightline();
    sightline.failures.settings = new SightlineError('unreachable', 'no answer');
    render(
      <SightlineProvider value={sightline}>
        <EffectsMenu call={new FakeCall()} />
      </SightlineProvider>,
    );
    const again = await screen.findByRole('button', { name: 'Try again' });
    delete sightline.failures.settings;
    await userEvent.click(again);
    expect(await screen.findByText(/Media:BlurModelUrl/)).toBeTruthy();
  });
});
