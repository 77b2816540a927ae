import type { Quality, StatsSample } from '@sightline/sdk';
import { Popover } from '../ui/Popover';
import { qualityWords } from '../words';
import { QualityDots } from './QualityDots';
import { statsRows } from './statsRows';

interface Props {
  quality: Quality | null;
  stats: StatsSample | null;
}

/** Four dots for the connection, and behind them the figures. */
export function QualityPopover({ quality, stats }: Props) {
  const shown = quality ?? 'unknown';
  return (
    <Popover
      title="Connection details"
      trigger={(props) => (
        <button type="button" {...props} className="quality" data-quality={shown} aria-label={labelOf(shown)}>
          <QualityDots quality={quality} />
        </button>
      )}
    >
      <p className="popover-lead">{sentences[shown]}</p>
      <dl className="stats">
        {statsRows(stats).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Popover>
  );
}

const labelOf = (quality: Quality | 'unknown') => `Connection: ${qualityWords[quality]}`;

const sentences: Readonly<Record<Quality | 'unknown', string>> = {
  excellent: 'The connection is excellent.',
  good: 'The connection is good.',
  poor: 'The connection is poor. The picture may be coarse for a while.',
  critical: 'The connection is very poor. Turning the camera off helps the sound.',
  unknown: 'The connection is being measured.',
};
