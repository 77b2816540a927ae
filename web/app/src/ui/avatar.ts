/** Each has a contrast of at least 4.5:1 with white text; avatar.test.ts computes it. */
export const avatarColors = [
  '#2f54d6',
  '#7a3fc4',
  '#a8327e',
  '#b3382c',
  '#8f5410',
  '#5d6b14',
  '#1d7446',
  '#0f7173',
  '#1c6aa3',
  '#5a5f73',
] as const;

/** The same person has the same colour on every device. */
export function avatarColor(personId: string): string {
  let hash = 2166136261;
  for (let index = 0; index < personId.length; index++) {
    hash = Math.imul(hash ^ personId.charCodeAt(index), 16777619);
  }
  return avatarColors[(hash >>> 0) % avatarColors.length] ?? avatarColors[0];
}

/** The first letters of the first and the last word, by whole characters in any script. */
export function initials(displayName: string): string {
  const words = displayName.trim().split(/\s+/u).filter(Boolean);
  const letter = (word: string | undefined) => (word ? (firstGrapheme(word) ?? '') : '');
  const first = letter(words[0]);
  const last = words.length > 1 ? letter(words.at(-1)) : '';
  return (first + last).toLocaleUpperCase() || '?';
}

function firstGrapheme(word: string): string | undefined {
  for (const { segment } of new Intl.Segmenter().segment(word)) return segment;
  return undefined;
}
