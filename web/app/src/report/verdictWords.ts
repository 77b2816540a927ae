import type { Impairment, PersonId, Quality } from '@sightline/sdk';
import { durationWords } from '../words';
import type { Finding } from './verdict';

/** How people are called in sentences: `You` is whoever reads. */
export interface Names {
  readonly selfId: PersonId;
  nameOf(personId: PersonId): string;
}

const percent = (share: number) => `${Math.round(100 * share)} %`;

/** What took points from a score, and how much of it there was. */
const impairments: Readonly<Record<Impairment, { what: string; figure: (value: number) => string }>> = {
  delay: { what: 'delay', figure: (ms) => `${Math.round(ms)} ms there and back on average` },
  jitter: {
    what: 'that packets came unevenly, so that sound waited for the late ones',
    figure: (ms) => `${Math.round(ms)} ms on average`,
  },
  loss: { what: 'lost packets', figure: (share) => `${(100 * share).toFixed(1)} % on average` },
  bitrate: {
    what: 'a picture of few bits',
    figure: (bps) => `${Math.round(bps / 1_000)} kbit/s came in all on average`,
  },
  freezes: { what: 'a picture that stood still', figure: (ms) => `${durationWords(ms)} in all` },
  frame_rate: { what: 'a picture that moved little', figure: (frames) => `${Math.round(frames)} frames a second` },
  resolution: { what: 'a small picture', figure: (lines) => `${Math.round(lines)} lines on average` },
};

/** One sentence for a finding. */
export function findingWords(finding: Finding, names: Names): string {
  const isSelf = (id: PersonId) => id === names.selfId;
  const whose = (id: PersonId) => (isSelf(id) ? 'your' : `${names.nameOf(id)}’s`);
  const capital = (words: string) => words.charAt(0).toUpperCase() + words.slice(1);
  switch (finding.kind) {
    case 'no_path':
      return 'The devices found no way to each other, so the call never connected.';
    case 'lost':
      return 'The connection broke and did not come back, which ended the call.';
    case 'interrupted': {
      const { times, totalMs, restarts } = finding;
      const how =
        restarts === 0 ? 'by itself' : `after ${restarts === 1 ? 'one restart' : `${restarts} restarts`} of the path`;
      return times === 1
        ? `The connection was interrupted for ${durationWords(totalMs)} and came back ${how}.`
        : `The connection was interrupted ${times} times, for ${durationWords(totalMs)} in all, and came back ${how}.`;
    }
    case 'loss': {
      const { from, to, share, lastedMs, picture } = finding;
      const lost = `lost ${percent(share)} for ${durationWords(lastedMs)}`;
      const what =
        to === null
          ? `${whose(from)} uplink ${lost}`
          : `the way from ${isSelf(from) ? 'you' : names.nameOf(from)} to ${isSelf(to) ? 'you' : names.nameOf(to)} ${lost}`;
      return `${capital(what)}${pictureWords(picture, whose(from))}.`;
    }
    case 'narrow': {
      const { from, picture, lastedMs } = finding;
      const was = picture === 'paused' ? 'was paused' : 'was lowered';
      return `There was too little room for ${whose(from)} video: for ${durationWords(lastedMs)} it ${was} to protect the sound.`;
    }
    case 'late': {
      const [one, other] = finding.between;
      const pair = isSelf(one)
        ? `between you and ${names.nameOf(other)}`
        : `between ${names.nameOf(one)} and ${isSelf(other) ? 'you' : names.nameOf(other)}`;
      return `Everything ${pair} took ${Math.round(finding.roundTripMs)} ms there and back for ${durationWords(finding.lastedMs)}: enough to talk over each other.`;
    }
    case 'frozen': {
      const { of, at, totalMs } = finding;
      const seen = isSelf(at) ? '' : ` at ${names.nameOf(at)}’s`;
      return `${capital(whose(of))} picture stood still${seen} for ${durationWords(totalMs)} in all.`;
    }
    case 'impaired': {
      const { what, figure } = impairments[finding.by];
      return `What cost it most was ${what}${finding.value === null ? '' : `: ${figure(finding.value)}`}.`;
    }
    case 'device': {
      const reasons: Record<string, string> = {
        not_allowed: 'was not allowed',
        not_found: 'was not found',
        in_use: 'was in use by another program',
        insecure_page: 'cannot be used on an insecure page',
        failed: 'did not start',
      };
      return `${capital(whose(finding.of))} ${finding.device} ${reasons[finding.reason] ?? 'could not be used'}.`;
    }
  }
}

function pictureWords(picture: 'lowered' | 'paused' | null, whose: string): string {
  if (picture === null) return '';
  return `; ${whose} video was ${picture} to protect the sound`;
}

const overall: Readonly<Record<Quality, string>> = {
  excellent: 'The call was excellent.',
  good: 'The call was good.',
  poor: 'The call was poor.',
  critical: 'The call was very poor.',
};

/** The sentence at the top: how it was, and what stood out most. */
export function verdictWords(step: Quality | null, findings: readonly Finding[], names: Names): string {
  const [worst] = findings;
  const first = step === null ? '' : overall[step];
  if (worst) return `${first} ${findingWords(worst, names)}`.trim();
  return step === null ? 'Nothing was measured in this call.' : `${first} Nothing stood out.`;
}
