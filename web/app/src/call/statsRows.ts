import type { StatsSample } from '@sightline/sdk';

const unknown = '–';

/** The figures of the last second, as a person reads them. */
export function statsRows(stats: StatsSample | null): readonly (readonly [name: string, value: string])[] {
  const rows: (readonly [string, string])[] = [
    ['Receiving', bitrate(stats?.receiveBitrateBps)],
    ['Sending', bitrate(stats?.sendBitrateBps)],
    ['Round trip', milliseconds(stats?.roundTripMs)],
    ['Packet loss', share(stats?.lossShare)],
    ['Jitter', milliseconds(stats?.jitterMs)],
    ['Picture', picture(stats)],
    ['Path', path(stats)],
  ];
  return rows;
}

function bitrate(bps: number | null | undefined): string {
  if (bps == null) return unknown;
  return bps >= 1_000_000 ? `${(bps / 1_000_000).toFixed(1)} Mbit/s` : `${Math.round(bps / 1000)} kbit/s`;
}

const milliseconds = (ms: number | null | undefined) => (ms == null ? unknown : `${Math.round(ms)} ms`);

const share = (value: number | null | undefined) => (value == null ? unknown : `${(value * 100).toFixed(1)} %`);

function picture(stats: StatsSample | null): string {
  if (!stats?.frameWidth || !stats.frameHeight) return unknown;
  const rate = stats.framesPerSecond === null ? '' : `, ${Math.round(stats.framesPerSecond)} fps`;
  const codec = stats.videoCodec === null ? '' : `, ${stats.videoCodec.replace(/^video\//, '')}`;
  return `${stats.frameWidth} × ${stats.frameHeight}${rate}${codec}`;
}

function path(stats: StatsSample | null): string {
  const types = [stats?.localCandidateType, stats?.remoteCandidateType];
  if (types.includes('relay')) return 'Through a relay';
  return types.every((type) => type == null) ? unknown : 'Direct';
}
