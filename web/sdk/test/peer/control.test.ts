import { describe, expect, it } from 'vitest';
import { readIntents, writeIntents } from '../../src/peer/control.js';
import { control as policy } from '../../src/policy.js';

const intents = { microphoneOn: false, cameraOn: true, handRaised: true };

describe('the control channel', () => {
  it('carries what a person has turned on', () => {
    expect(readIntents(writeIntents(intents))).toEqual(intents);
    expect(JSON.parse(writeIntents(intents))).toEqual({
      type: 'media',
      microphone_on: false,
      camera_on: true,
      hand_raised: true,
    });
  });

  it.each([
    ['no text', new ArrayBuffer(8)],
    ['no JSON', '{'],
    ['no object', 'null'],
    ['another type', '{"type":"chat","microphone_on":true,"camera_on":true,"hand_raised":true}'],
    ['a field of another type', '{"type":"media","microphone_on":"yes","camera_on":true,"hand_raised":true}'],
    ['a missing field', '{"type":"media","microphone_on":true,"camera_on":true}'],
    ['more than its limit', writeIntents(intents).padEnd(policy.maxMessageChars + 1)],
  ])('ignores %s', (_, data) => {
    expect(readIntents(data)).toBeNull();
  });
});
