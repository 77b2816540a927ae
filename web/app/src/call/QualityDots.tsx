import type { Quality } from '@sightline/sdk';

const steps: readonly Quality[] = ['critical', 'poor', 'good', 'excellent'];

/** Four dots; the words for them stand beside. */
export function QualityDots({ quality }: { quality: Quality | null }) {
  const lit = quality === null ? 0 : steps.indexOf(quality) + 1;
  return steps.map((step, index) => <i key={step} className={index < lit ? 'lit' : ''} />);
}
