import { act, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { FakeDevices } from '../testing/fakeDevices';
import { Announcer } from '../ui/announcer';
import { DeviceMenu } from './DeviceMenu';
import { DeviceNews } from './DeviceNews';
import { DeviceOffer } from './DeviceOffer';
import { deviceWords } from './deviceWords';

const options = (name: string) =>
  [...(screen.getByRole('combobox', { name }) as HTMLSelectElement).options].map((option) => option.text);

describe('the choice of devices', () => {
  it('keeps a chosen device that is unplugged', () => {
    const devices = new FakeDevices();
    devices.choose('microphone', 'gone');
    render(<DeviceMenu devices={devices} />);
    expect(screen.getByRole('combobox', { name: 'Microphone' })).toHaveProperty('value', 'gone');
    expect(options('Microphone')).toContain('Not connected now');
  });

  it('says so where there is nothing to choose', () => {
    const devices = new FakeDevices();
    devices.patch({ cameras: [] });
    render(<DeviceMenu devices={devices} />);
    expect(options('Camera')).toEqual(['No camera found']);
  });

  it('leaves the speaker to the system where the browser wants it so', () => {
    const devices = new FakeDevices();
    devices.patch({ canChooseSpeaker: false });
    render(<DeviceMenu devices={devices} />);
    expect(screen.queryByRole('combobox', { name: 'Speaker' })).toBeNull();
    expect(screen.getByText(/speaker that the system has chosen/)).toBeTruthy();
  });

  it('switches between front and back camera where there are both', async () => {
    const devices = new FakeDevices();
    devices.patch({ canSwitchCamera: true });
    render(<DeviceMenu devices={devices} />);
    await userEvent.click(screen.getByRole('button', { name: 'Switch between front and back' }));
    expect(devices.asked).toEqual(['switch camera']);
  });

  it('names devices without the numbers of their makers, and those without a name by their place', () => {
    const webcam = { kind: 'camera', deviceId: 'a', label: 'HD Webcam (046d:085c)' } as const;
    expect(deviceWords(webcam, 0)).toBe('HD Webcam');
    expect(deviceWords({ ...webcam, label: '' }, 1)).toBe('Camera 2');
  });
});

describe('a new device', () => {
  it('can be left alone', async () => {
    const devices = new FakeDevices();
    devices.patch({ offered: { kind: 'camera', deviceId: 'usb', label: 'USB camera' } });
    render(<DeviceOffer devices={devices} />);
    await userEvent.click(screen.getByRole('button', { name: 'Not now' }));
    expect(devices.asked).toEqual(['dismiss offer']);
    expect(screen.queryByRole('complementary')).toBeNull();
  });
});

describe('a device in use that goes away', () => {
  afterEach(() => void vi.useRealTimers());

  function desk() {
    const devices = new FakeDevices();
    render(
      <>
        <DeviceNews devices={devices} />
        <Announcer />
      </>,
    );
    const notice = () => document.querySelector('[data-device-notice]')?.textContent ?? null;
    return { devices, notice, spoken: () => screen.getByRole('status').textContent };
  }

  it('is told in words, and so is its return', () => {
    const { devices, notice, spoken } = desk();
    expect(notice()).toBeNull();
    act(() => devices.patch({ change: { kind: 'microphone', lost: 'AirPods (05ac:200e)', used: 'Desk' } }));
    expect(notice()).toBe('Your microphone AirPods went away. Now using Desk.');
    expect(spoken()).toBe(notice());
    act(() => devices.patch({ change: { kind: 'microphone', lost: 'AirPods', used: 'AirPods' } }));
    expect(notice()).toBe('Your microphone AirPods is back, and in use again.');
  });

  it('is told without the names that the browser keeps to itself', () => {
    const { devices, notice } = desk();
    act(() => devices.patch({ change: { kind: 'camera', lost: '', used: 'Desk' } }));
    expect(notice()).toBe('Your camera went away. Now using Desk.');
    act(() => devices.patch({ change: { kind: 'camera', lost: 'Desk', used: '' } }));
    expect(notice()).toBe('Your camera Desk went away. Now using the one that the system chose.');
  });

  it('is told of a chosen speaker too, and of no other', () => {
    const { devices, notice } = desk();
    const [builtIn, headset] = devices.snapshot.speakers;
    if (!builtIn || !headset) throw new Error('The desk has two speakers.');
    act(() => devices.patch({ speakers: [builtIn] }));
    act(() => devices.patch({ speakers: [builtIn, headset] }));
    expect(notice()).toBeNull();
    act(() => devices.choose('speaker', 'headset'));
    act(() => devices.patch({ speakers: [builtIn] }));
    expect(notice()).toBe('Your speaker Headset went away. Now using the one that the system chose.');
    act(() => devices.patch({ speakers: [builtIn, headset] }));
    expect(notice()).toBe('Your speaker Headset is back, and in use again.');
  });

  it('is told for a while, or until it is dismissed, and not again', async () => {
    vi.useFakeTimers();
    const { devices, notice } = desk();
    const change = { kind: 'microphone', lost: 'AirPods', used: 'Desk' } as const;
    act(() => devices.patch({ change }));
    act(() => devices.patch({ offered: null }));
    expect(notice()).not.toBeNull();
    act(() => vi.advanceTimersByTime(10_000));
    expect(notice()).toBeNull();
    act(() => devices.patch({ cameras: [] }));
    expect(notice()).toBeNull();
    act(() => devices.patch({ change: { ...change } }));
    act(() => screen.getByRole('button', { name: 'Dismiss' }).click());
    expect(notice()).toBeNull();
  });
});
