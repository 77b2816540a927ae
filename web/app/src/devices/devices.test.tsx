import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { FakeDevices } from '../testing/fakeDevices';
import { DeviceMenu } from './DeviceMenu';
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
