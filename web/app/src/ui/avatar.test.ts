import { describe, expect, it } from 'vitest';
import { avatarColor, avatarColors, initials } from './avatar';

describe('an avatar', () => {
  it.each(avatarColors)('is readable in white on %s', (color) => {
    expect(contrastWithWhite(color)).toBeGreaterThanOrEqual(4.5);
  });

  it('keeps its colour for the same person and varies between people', () => {
    expect(avatarColor('ada')).toBe(avatarColor('ada'));
    const used = new Set(Array.from({ length: 200 }, (_, index) => avatarColor(`person-${index}`)));
    expect(used.size).toBe(avatarColors.length);
  });

  it('has the first letters of the first and last name, in any script', () => {
    expect(['Ada Lovelace', 'plato', ' Hedwig  Eva Kiesler ', '李飞飞', '👩‍🚀 Star', ''].map(initials)).toEqual([
      'AL',
      'P',
      'HK',
      '李',
      '👩‍🚀S',
      '?',
    ]);
  });
});

/** WCAG 2.2, relative luminance. */
function contrastWithWhite(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05);
}
