import type { Device, DeviceKind } from '@sightline/sdk';

export const kindWords: Readonly<Record<DeviceKind, string>> = {
  camera: 'Camera',
  microphone: 'Microphone',
  speaker: 'Speaker',
};

/** Browsers add the numbers of the maker. */
export function labelWords(label: string): string {
  return label.replace(/\s*\([0-9a-f]{4}:[0-9a-f]{4}\)$/i, '');
}

/** Browsers keep the names to themselves until capture was allowed once. */
export function deviceWords(device: Device, index: number): string {
  return labelWords(device.label) || `${kindWords[device.kind]} ${index + 1}`;
}
