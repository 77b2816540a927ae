import type { Device, DeviceKind } from '@sightline/sdk';

export const kindWords: Readonly<Record<DeviceKind, string>> = {
  camera: 'Camera',
  microphone: 'Microphone',
  speaker: 'Speaker',
};

/** Browsers keep the names to themselves until capture was allowed once, and add the numbers of the maker. */
export function deviceWords(device: Device, index: number): string {
  const label = device.label.replace(/\s*\([0-9a-f]{4}:[0-9a-f]{4}\)$/i, '');
  return label === '' ? `${kindWords[device.kind]} ${index + 1}` : label;
}
