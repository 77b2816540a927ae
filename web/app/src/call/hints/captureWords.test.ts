import type { CaptureProblem } from '@sightline/sdk';
import { describe, expect, it } from 'vitest';
import { captureWords } from './captureWords';

const chrome = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36';
const reasons = ['not_allowed', 'not_found', 'in_use', 'insecure_page', 'failed'] as const;
const devices = ['camera', 'microphone'] as const;
const say = (...problems: CaptureProblem[]) => captureWords(problems, chrome, true);

describe('the words for a device that cannot be had', () => {
  it.each(reasons)('say for %s what happened and what to do, for each device and for both', (reason) => {
    for (const device of devices) {
      const [words] = say({ device, reason });
      expect(words?.title).toContain(device);
      expect(words?.detail).toContain(device === 'camera' ? 'don’t see you' : 'don’t hear you');
      expect(`${words?.detail} ${words?.steps.join()}`).toMatch(/try again|https:/i);
    }
    const both = say({ device: 'microphone', reason }, { device: 'camera', reason });
    expect(both).toHaveLength(1);
    expect(both[0]).toMatchObject({ key: `camera+microphone:${reason}` });
    expect(both[0]?.detail).toContain('don’t hear or see you');
  });

  it('keep different problems apart', () => {
    const words = say({ device: 'microphone', reason: 'in_use' }, { device: 'camera', reason: 'not_found' });
    expect(words.map((one) => one.key)).toEqual(['microphone:in_use', 'camera:not_found']);
  });
});
