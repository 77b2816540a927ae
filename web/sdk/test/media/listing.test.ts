import { describe, expect, it } from 'vitest';
import type { Wish } from '../../src/media/capture.js';
import { choices, isTold, type Listing, moveFor, newcomer, readListing } from '../../src/media/listing.js';
import { camera, type FakeDevice, microphone, speaker } from '../support/media.js';

const listing = (...devices: readonly FakeDevice[]): Listing =>
  readListing(devices as unknown as readonly MediaDeviceInfo[]);
const nothingChosen = { microphone: null, camera: null, speaker: null };
const anything: Wish = { deviceId: null, facing: null };
const hidden = (kind: MediaDeviceKind): FakeDevice => ({ deviceId: '', groupId: '', kind, label: '' });

describe('a listing', () => {
  it('offers real devices, and none of the browser’s stand-ins', () => {
    const all = listing(microphone('default'), microphone('communications'), microphone('headset'), camera('desk'));
    expect(choices(all, 'microphone')).toEqual([
      { deviceId: 'headset', kind: 'microphone', label: 'headset microphone' },
    ]);
  });

  it('tells nothing of a kind that the person has not allowed yet', () => {
    expect(isTold(listing(hidden('audioinput')), 'microphone')).toBe(false);
    expect(isTold(listing(hidden('audioinput')), 'camera')).toBe(false);
    const soundAllowed = listing(microphone('headset'), hidden('videoinput'));
    expect([isTold(soundAllowed, 'microphone'), isTold(soundAllowed, 'camera')]).toEqual([true, false]);
  });

  it('knows which way a camera looks, by what it says or by its name', () => {
    const told = { ...camera('a'), getCapabilities: () => ({ facingMode: ['environment'] }) };
    const facings = listing(
      told,
      camera('b', 'camera2 1, facing front'),
      camera('c', 'Rear Camera'),
      camera('d', 'Backup'),
    );
    expect(facings.map(({ facing }) => facing)).toEqual(['environment', 'user', 'environment', null]);
  });
});

describe('a newcomer', () => {
  const before = listing(microphone('built-in'));

  it('is a device that was not there before', () => {
    expect(newcomer(before, listing(microphone('built-in'), microphone('headset')), nothingChosen)?.deviceId).toBe(
      'headset',
    );
    expect(newcomer(before, listing(microphone('built-in'), speaker('headset')), nothingChosen)?.kind).toBe('speaker');
  });

  it('is the speaker itself, and not what records it', () => {
    const ears = { ...microphone('monitor'), label: 'Monitor of Ears' };
    const after = listing(microphone('built-in'), ears, speaker('ears'));
    expect(newcomer(listing(microphone('built-in'), speaker('loud')), after, nothingChosen)?.kind).toBe('speaker');
  });

  it('is none that the person has chosen: it is taken without a word', () => {
    const after = listing(microphone('built-in'), microphone('headset'));
    expect(newcomer(before, after, { ...nothingChosen, microphone: 'headset' })).toBeNull();
  });

  it('is none that was only not told before', () => {
    expect(newcomer(listing(hidden('audioinput')), before, nothingChosen)).toBeNull();
    expect(newcomer(listing(), before, nothingChosen)).toBeNull();
  });
});

describe('when other devices are there', () => {
  const builtIn = { deviceId: 'built-in', groupId: 'built-in', muted: false };
  const both = listing(microphone('built-in'), microphone('headset', 'group'));
  const lost = { deviceId: 'headset', groupId: 'group' };

  it('the one in use stays', () => {
    expect(moveFor(both, 'audio', builtIn, { wish: anything, lost: null })).toEqual({ type: 'keep' });
  });

  it('the one in use is replaced when it is gone, or is silenced', () => {
    const gone = { ...builtIn, deviceId: 'gone' };
    expect(moveFor(both, 'audio', gone, { wish: anything, lost: null })).toEqual({ type: 'replace' });
    expect(moveFor(both, 'audio', { ...builtIn, muted: true }, { wish: anything, lost: null })).toEqual({
      type: 'replace',
    });
  });

  it('the one in use stays where the browser does not tell what is there', () => {
    const untold = listing(hidden('audioinput'));
    expect(moveFor(untold, 'audio', builtIn, { wish: anything, lost: null })).toEqual({ type: 'keep' });
  });

  it('the chosen one is taken back, however long it was gone', () => {
    const wish = { deviceId: 'headset', facing: null };
    expect(moveFor(both, 'audio', builtIn, { wish, lost: null })).toEqual({ type: 'take', deviceId: 'headset' });
    expect(moveFor(listing(microphone('built-in')), 'audio', builtIn, { wish, lost: null })).toEqual({ type: 'keep' });
  });

  it('one that went a moment ago is taken back, under whichever id its group has now', () => {
    const other = listing(microphone('built-in'), microphone('headset hands-free', 'group'));
    expect(moveFor(other, 'audio', builtIn, { wish: anything, lost })).toEqual({
      type: 'take',
      deviceId: 'headset hands-free',
    });
    expect(moveFor(other, 'audio', null, { wish: anything, lost })).toEqual({
      type: 'take',
      deviceId: 'headset hands-free',
    });
  });

  it('one that went a moment ago is taken back by its id, where all devices are of one group', () => {
    const one = { deviceId: 'built-in', groupId: 'all' };
    const all = listing(microphone('built-in', 'all'), microphone('headset', 'all'));
    expect(
      moveFor(
        all,
        'audio',
        { ...one, muted: false },
        { wish: anything, lost: { deviceId: 'headset', groupId: 'all' } },
      ),
    ).toEqual({ type: 'take', deviceId: 'headset' });
    expect(moveFor(all, 'audio', { ...one, muted: false }, { wish: anything, lost: one })).toEqual({ type: 'keep' });
  });

  it('one that went is not taken instead of the chosen one', () => {
    const wish = { deviceId: 'built-in', facing: null };
    expect(moveFor(both, 'audio', builtIn, { wish, lost })).toEqual({ type: 'keep' });
  });

  it('one is taken where none was to be had', () => {
    expect(moveFor(both, 'audio', null, { wish: anything, lost: null })).toEqual({ type: 'replace' });
    expect(moveFor(both, 'video', null, { wish: anything, lost: null })).toEqual({ type: 'keep' });
  });
});
