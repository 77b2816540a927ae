import type { Device, DeviceKind, Facing } from '../api.js';
import type { InputKind, Wish } from './capture.js';

/** A device as the browser lists it, its stand-ins for the system's choice included. */
export interface Listed extends Device {
  readonly groupId: string;
  readonly facing: Facing;
}

export type Listing = readonly Listed[];

const kinds: Readonly<Record<MediaDeviceKind, DeviceKind>> = {
  audioinput: 'microphone',
  videoinput: 'camera',
  audiooutput: 'speaker',
};

/** Chromium's names for whatever the system's choice is; here that is `null`. */
const standIns: readonly string[] = ['', 'default', 'communications'];

/** PulseAudio's second name for what a speaker plays, which Firefox lists as a microphone. */
const monitor = /^Monitor (of|von|de|di) /;

export function kindOf(kind: InputKind): 'microphone' | 'camera' {
  return kind === 'audio' ? 'microphone' : 'camera';
}

export function readListing(infos: readonly MediaDeviceInfo[]): Listing {
  return infos.map((info) => {
    const { deviceId, groupId, label } = info;
    return { deviceId, kind: kinds[info.kind], label, groupId, facing: facingOf(label, toldBy(info)) };
  });
}

function toldBy(info: MediaDeviceInfo & { getCapabilities?(): MediaTrackCapabilities }): string | undefined {
  return info.kind === 'videoinput' ? info.getCapabilities?.().facingMode?.[0] : undefined;
}

/** Where a camera looks, as the browser tells, or its name. */
export function facingOf(label: string, told: string | undefined): Facing {
  if (told === 'user' || told === 'environment') return told;
  // Phones whose browser has no capabilities still name their cameras so.
  if (/\bfront\b/i.test(label)) return 'user';
  return /\b(back|rear)\b/i.test(label) ? 'environment' : null;
}

/** The devices that a person can choose from. */
export function choices(listing: Listing, kind: DeviceKind): readonly Device[] {
  return listing
    .filter((one) => one.kind === kind && !standIns.includes(one.deviceId))
    .map(({ deviceId, label }) => ({ deviceId, kind, label }));
}

/** Before the person has allowed capture, browsers do not say which devices there are. */
export function isTold(listing: Listing, kind: DeviceKind): boolean {
  return listing.some((one) => one.label !== '') && listing.every((one) => one.kind !== kind || one.deviceId !== '');
}

/** What has been plugged in between two listings, and is not what the person has chosen anyway. */
export function newcomer(
  before: Listing,
  after: Listing,
  chosen: { readonly [K in DeviceKind]: string | null },
): Device | null {
  for (const kind of ['microphone', 'camera', 'speaker'] as const) {
    if (!isTold(before, kind) || !isTold(after, kind)) continue;
    const known = choices(before, kind).map((one) => one.deviceId);
    const found = choices(after, kind).find(
      ({ deviceId, label }) => !known.includes(deviceId) && deviceId !== chosen[kind] && !monitor.test(label),
    );
    if (found !== undefined) return found;
  }
  return null;
}

/** Whether it is this device, or stands for it. */
export function stands(one: Identity, device: Listed): boolean {
  return standIns.includes(one.deviceId) ? one.groupId === device.groupId : one.deviceId === device.deviceId;
}

/** The name that a person knows it by; empty for a stand-in of which the browser does not say for what it stands. */
export function nameOf(listing: Listing, kind: InputKind, one: Identity, label: string): string {
  if (!standIns.includes(one.deviceId)) return label;
  const there = listing.filter((device) => device.kind === kindOf(kind) && !standIns.includes(device.deviceId));
  return there.find((device) => stands(one, device))?.label ?? '';
}

/** The device that is in use, or was. */
export interface Identity {
  readonly deviceId: string;
  readonly groupId: string;
}

/** `take`: this one instead. `replace`: whatever is wanted and can be had. */
export type Move = { readonly type: 'keep' | 'replace' } | { readonly type: 'take'; readonly deviceId: string };

const keep: Move = { type: 'keep' };

/** What to do with the device in use, or with none, now that others are there. */
export function moveFor(
  listing: Listing,
  kind: InputKind,
  now: (Identity & { readonly muted: boolean }) | null,
  wanted: { readonly wish: Wish /** Gone a moment ago. */; readonly lost: Identity | null },
): Move {
  const there = listing.filter((one) => one.kind === kindOf(kind));
  const told = isTold(listing, kindOf(kind));
  const { wish, lost } = wanted;
  const same = lost === null ? [] : there.filter((one) => isSame(one, lost));
  // Not every browser has a group for each device: the id says more, where it is there.
  const back = same.find(({ deviceId }) => deviceId === lost?.deviceId) ?? same[0];
  if (now === null) {
    if (back !== undefined && wish.deviceId === null) return { type: 'take', deviceId: back.deviceId };
    return there.length > 0 ? { type: 'replace' } : keep;
  }
  if (wish.deviceId !== now.deviceId) {
    if (there.some((one) => one.deviceId === wish.deviceId)) return { type: 'take', deviceId: wish.deviceId ?? '' };
    const isOther = back?.deviceId === lost?.deviceId || !isSame(now, lost ?? now);
    if (back !== undefined && back.deviceId !== now.deviceId && isOther)
      return { type: 'take', deviceId: back.deviceId };
  }
  const found = there.find((one) => one.deviceId === now.deviceId);
  const gone = told && found === undefined;
  // What stands in for the system's choice stands for another device now.
  const moved = found !== undefined && now.groupId !== '' && found.groupId !== now.groupId;
  return gone || moved || now.muted ? { type: 'replace' } : keep;
}

/** By group where it is known: a headset that changes its profile has another id, and so has what stands in for it. */
export function isSame(one: Identity, other: Identity): boolean {
  return other.groupId === '' ? one.deviceId === other.deviceId : one.groupId === other.groupId;
}
