import type { CaptureProblem } from '@sightline/sdk';
import { act, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it } from 'vitest';
import { App } from '../App';
import { FakeCall } from '../testing/fakeCall';
import { FakeSightline } from '../testing/fakeSightline';
import { people } from '../testing/samples';

const at = (selector: string) => document.querySelector(selector);

async function home() {
  const sightline = new FakeSightline({ people });
  const user = userEvent.setup();
  render(<App sightline={sightline} />);
  await screen.findByRole('button', { name: 'Call Ada Lovelace with video' });
  const press = (name: string) => user.click(screen.getByRole('button', { name }));
  return { sightline, user, press, preview: () => sightline.devices.previews.at(-1) };
}

describe('the first call of a browser', () => {
  beforeEach(() => localStorage.clear());

  it('goes through the lobby, with what was chosen there', async () => {
    const { sightline, user, press, preview } = await home();
    await press('Call Ada Lovelace with video');
    expect(at('[data-screen="lobby"][data-lobby="video"]')).toBeTruthy();
    expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('Call Ada Lovelace');
    expect(document.activeElement).toBe(screen.getByRole('heading', { level: 1 }));
    expect(document.title).toBe('Call Ada Lovelace · Sightline');
    await user.click(screen.getByRole('checkbox', { name: 'Camera on' }));
    await user.click(screen.getByRole('checkbox', { name: 'Microphone on' }));
    await press('Start call');
    expect(sightline.placed[0]?.snapshot).toMatchObject({ cameraOn: false, microphoneOn: false, callType: 'video' });
    expect(at('[data-screen="call"]')).toBeTruthy();
    expect(preview()?.disposed).toBe(true);
  });

  it('is the only one that does', async () => {
    const { sightline, press } = await home();
    await press('Call Ada Lovelace with video');
    await press('Start call');
    act(() => sightline.placed[0]?.end('missed'));
    await press('Return');
    await screen.findByRole('button', { name: 'Call Ada Lovelace with video' });
    await press('Call Ada Lovelace with video');
    expect(sightline.placed).toHaveLength(2);
  });

  it('asks for no camera when it is a voice call', async () => {
    const { press, preview } = await home();
    await press('Call Ada Lovelace with voice');
    expect(preview()?.snapshot.cameraOn).toBe(false);
    expect(screen.queryByRole('checkbox', { name: 'Camera on' })).toBeNull();
    expect(screen.queryByRole('combobox', { name: 'Camera' })).toBeNull();
  });

  it('can be given up, and the focus is where it was', async () => {
    const { sightline, press, preview } = await home();
    await press('Call Ada Lovelace with video');
    await press('Back');
    expect(preview()?.disposed).toBe(true);
    expect(sightline.placed).toHaveLength(0);
    await waitFor(() =>
      expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Call Ada Lovelace with video' })),
    );
  });

  it('gives way to a call that is answered meanwhile', async () => {
    const { sightline, press, preview } = await home();
    await press('Call Ada Lovelace with video');
    act(() => void sightline.ring(new FakeCall({ state: 'INCOMING', direction: 'incoming' })));
    await press('Answer with voice');
    expect(at('[data-screen="call"]')).toBeTruthy();
    expect(preview()?.disposed).toBe(true);
  });
});

describe('the lobby', () => {
  async function lobby() {
    const all = await home();
    await all.press('Check your devices');
    expect(at('[data-screen="lobby"][data-lobby="check"]')).toBeTruthy();
    return all;
  }

  it('can be opened at any time, and closed', async () => {
    const { press } = await lobby();
    await press('Done');
    expect(at('[data-screen="home"]')).toBeTruthy();
  });

  it('shows how loud the microphone is, and nothing while it is off', async () => {
    const { user, preview } = await lobby();
    const meter = screen.getByRole('meter', { name: 'Microphone level' }) as HTMLMeterElement;
    act(() => preview()?.sound(0.25));
    expect(meter.value).toBe(50);
    await user.click(screen.getByRole('checkbox', { name: 'Microphone on' }));
    expect(meter.value).toBe(0);
    act(() => preview()?.sound(0.25));
    expect(meter.value).toBe(0);
  });

  it('chooses camera, microphone and speaker', async () => {
    const { sightline, user } = await lobby();
    await user.selectOptions(screen.getByRole('combobox', { name: 'Camera' }), 'USB camera');
    await user.selectOptions(screen.getByRole('combobox', { name: 'Microphone' }), 'Headset');
    await user.selectOptions(screen.getByRole('combobox', { name: 'Speaker' }), 'Headset');
    await user.selectOptions(screen.getByRole('combobox', { name: 'Camera' }), 'Chosen by the system');
    expect(sightline.devices.asked).toEqual(['camera usb', 'microphone headset', 'speaker headset', 'camera null']);
  });

  it('says that the browser may ask, until the camera runs', async () => {
    const { preview } = await lobby();
    act(() => preview()?.patch({ pending: true }));
    expect(at('[data-mirror="pending"]')?.textContent).toContain('may ask you to allow');
    act(() => preview()?.patch({ pending: false }));
    expect(at('[data-mirror="on"] video[data-preview]')).toBeTruthy();
  });

  const problems: readonly [CaptureProblem, string][] = [
    [{ device: 'camera', reason: 'not_allowed' }, 'Sightline may not use your camera'],
    [{ device: 'microphone', reason: 'not_found' }, 'No microphone found'],
    [{ device: 'camera', reason: 'in_use' }, 'Your camera can’t be opened'],
    [{ device: 'microphone', reason: 'failed' }, 'Your microphone did not start'],
  ];
  it.each(problems)('says what %o means, and asks again when told to', async (problem, words) => {
    const { press, preview } = await lobby();
    act(() => preview()?.patch({ problems: [problem] }));
    const card = at(`[role="alert"] [data-capture-problem="${problem.device}:${problem.reason}"]`);
    expect(card?.textContent).toContain(words);
    await press('Try again');
    expect(preview()?.asked).toEqual(['retry']);
  });

  it('explains in this browser how to allow camera and microphone, once for both', async () => {
    const { preview } = await lobby();
    const reason = 'not_allowed';
    act(() =>
      preview()?.patch({
        problems: [
          { device: 'microphone', reason },
          { device: 'camera', reason },
        ],
      }),
    );
    const card = at('[data-capture-problem="camera+microphone:not_allowed"]');
    expect(card?.textContent).toContain('your camera and microphone');
    expect(card?.querySelectorAll('li').length).toBeGreaterThan(1);
  });

  it('does not offer to ask again where only another address helps', async () => {
    const { preview } = await lobby();
    act(() => preview()?.patch({ problems: [{ device: 'camera', reason: 'insecure_page' }] }));
    expect(at('[data-capture-problem]')?.textContent).toContain('https://');
    expect(screen.queryByRole('button', { name: 'Try again' })).toBeNull();
  });

  it('offers a device that was just plugged in', async () => {
    const { sightline, press } = await lobby();
    act(() => sightline.devices.patch({ offered: { kind: 'microphone', deviceId: 'airpods', label: 'AirPods' } }));
    expect(at('[data-device-offer="microphone"]')?.textContent).toContain('AirPods was connected.');
    await press('Use AirPods');
    expect(sightline.devices.asked).toEqual(['microphone airpods']);
    expect(at('[data-device-offer]')).toBeNull();
  });
});
