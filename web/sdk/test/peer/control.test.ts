import { describe, expect, it } from 'vitest';
import { Bucket, type ControlMessage, readControl, writeControl } from '../../src/peer/control.js';
import { control as policy } from '../../src/policy.js';

const intents = { microphoneOn: false, cameraOn: true, handRaised: true, onHold: true, screen: 'stream-1' };

describe('the control channel', () => {
  it.each<[string, ControlMessage]>([
    ['what a person has turned on', { type: 'media', intents }],
    ['chat', { type: 'chat', id: '1', text: 'Hello' }],
    ['reactions', { type: 'reaction', emoji: '🎉' }],
  ])('carries %s', (_, message) => {
    expect(readControl(writeControl(message))).toEqual(message);
  });

  it('says media in the words of the protocol', () => {
    expect(JSON.parse(writeControl({ type: 'media', intents }))).toEqual({
      type: 'media',
      microphone_on: false,
      camera_on: true,
      hand_raised: true,
      on_hold: true,
      screen: 'stream-1',
    });
  });

  it('understands a peer that knows neither hold nor screens', () => {
    const old = '{"type":"media","microphone_on":true,"camera_on":false,"hand_raised":false}';
    expect(readControl(old)).toEqual({
      type: 'media',
      intents: { microphoneOn: true, cameraOn: false, handRaised: false, onHold: false, screen: null },
    });
  });

  it.each([
    ['no text', new ArrayBuffer(8)],
    ['no JSON', '{'],
    ['no object', 'null'],
    ['another type', '{"type":"dance","microphone_on":true,"camera_on":true,"hand_raised":true}'],
    ['a field of another type', '{"type":"media","microphone_on":"yes","camera_on":true,"hand_raised":true}'],
    ['a missing field', '{"type":"media","microphone_on":true,"camera_on":true}'],
    ['a screen that is no name', writeControl({ type: 'media', intents }).replace('"stream-1"', '7')],
    ['chat without words', '{"type":"chat","id":"1","text":"  "}'],
    ['chat that is too long', JSON.stringify({ type: 'chat', id: '1', text: 'x'.repeat(policy.maxChatChars + 1) })],
    ['an id that is too long', JSON.stringify({ type: 'chat', id: '1'.repeat(policy.maxIdChars + 1), text: 'x' })],
    ['an unknown reaction', '{"type":"reaction","emoji":"💣"}'],
    ['more than its limit', writeControl({ type: 'media', intents }).padEnd(policy.maxMessageChars + 1)],
  ])('ignores %s', (_, data) => {
    expect(readControl(data)).toBeNull();
  });

  it('carries no more than a burst at once, and more with time', () => {
    const bucket = new Bucket({ burst: 3, perSecond: 2 });
    const taken = (nowMs: number) => [1, 2, 3, 4].filter(() => bucket.take(nowMs)).length;
    expect([taken(0), taken(0), taken(1_000), taken(60_000)]).toEqual([3, 0, 2, 3]);
  });
});
