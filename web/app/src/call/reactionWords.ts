import type { Reaction } from '@sightline/sdk';

export const reactionWords: Readonly<Record<Reaction, string>> = {
  '👍': 'thumbs up',
  '❤️': 'a heart',
  '😂': 'laughter',
  '😮': 'surprise',
  '👏': 'applause',
  '🎉': 'a party popper',
};
