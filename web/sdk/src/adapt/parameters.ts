import type { Adaptation } from './decide.js';
import { policy, table } from './levels.js';

/** What is sent over a link at the moment. */
export interface Content {
  readonly camera: boolean;
  readonly screen: 'text' | 'motion' | null;
  /** What the number of people and the receiver allow, with which adaptation must not meddle: see peer/encodings.ts. */
  readonly rule: readonly RTCRtpEncodingParameters[];
}

export type Limits = Pick<RTCRtpEncodingParameters, 'active' | 'maxBitrate' | 'maxFramerate' | 'scaleResolutionDownBy'>;

/** For each encoding of a sender, what it is limited to. Names are those of `Kind`. */
export interface Parameters {
  readonly audio: readonly Limits[];
  readonly video: readonly Limits[];
  readonly screen: readonly Limits[];
}

/** Pure: a level as parameters of the senders. Sound is limited last: only where there is no picture any more. */
export function parametersFor({ level, trying }: Adaptation, { camera, screen, rule }: Content): Parameters {
  const row = table[level];
  // While a level is tried, only the bits are those of it: another size costs a whole new picture.
  const picturesBps = trying?.crouchBps ?? table[trying?.level ?? level].picturesBps;
  const cameraBps = screen === null ? picturesBps : Math.round(policy.cameraShare * picturesBps);
  const screenBps = screen !== null && camera ? picturesBps - cameraBps : picturesBps;
  const moving = { scaleResolutionDownBy: row.shrinkBy, maxFramerate: row.framesPerSecond };
  const still = { scaleResolutionDownBy: 1, maxFramerate: row.textFramesPerSecond };
  const whole = level === 'excellent' && rule.length > 1;
  const deal = (bps: number, picture: Limits) => dealOut(whole ? Number.POSITIVE_INFINITY : bps, picture, rule);
  return {
    audio: row.audioBps === null ? [{}] : [{ maxBitrate: row.audioBps }],
    video: deal(cameraBps, moving),
    screen: deal(screenBps, screen === 'text' ? still : moving),
  };
}

/** The smallest encoding first gets what the rule allows it; those for which too little is left rest. */
function dealOut(bps: number, picture: Limits, rule: readonly RTCRtpEncodingParameters[]): Limits[] {
  let left = bps;
  return rule.map(({ maxBitrate = left, scaleResolutionDownBy }, index) => {
    if (left <= 0 || (index > 0 && left < maxBitrate / 2)) return { active: false };
    const share = Math.min(maxBitrate, left);
    left -= share;
    // Several sizes at once are the receiver's choice already.
    const size = rule.length > 1 ? { scaleResolutionDownBy: scaleResolutionDownBy ?? 1 } : picture;
    return { active: true, maxBitrate: share, ...size };
  });
}
