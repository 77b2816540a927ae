import type { DeviceReport, ReportEventKind } from '@sightline/sdk';
import { QualityDots } from '../call/QualityDots';
import { qualityWords } from '../words';
import { networkWord, pathWord } from './eventWords';
import type { Names } from './verdictWords';

/** How somebody took part: path, network, codec, devices, recoveries. */
export function DeviceFacts({ device, names }: { device: DeviceReport; names: Names }) {
  const own = device.personId === names.selfId;
  const values = (kind: ReportEventKind) => [
    ...new Set(device.events.filter((event) => event.kind === kind).map(({ value }) => value)),
  ];
  const capital = (words: string) => words.charAt(0).toUpperCase() + words.slice(1);
  const list = (words: readonly string[], otherwise = 'Not known') =>
    words.length === 0 ? otherwise : capital([...new Set(words)].join(', then '));
  const used = (kind: 'microphone' | 'camera') => {
    const chosen = values('device').includes(`${kind}:chosen`) ? 'chosen' : 'the system’s choice';
    if (values('problem').some((value) => value.startsWith(`${kind}:`))) return 'could not be used';
    return values(kind).includes('on') ? chosen : 'off';
  };
  const restarts = device.events.filter(({ kind }) => kind === 'restart').length;
  const rows: readonly (readonly [string, string])[] = [
    ['Path', list(values('path').map(pathWord))],
    ['Network', list(values('network').map(networkWord))],
    ['Picture format', list(values('codec'), 'No picture came')],
    ['Microphone', capital(used('microphone'))],
    ['Camera', capital(used('camera'))],
    ['Recoveries', restarts === 0 ? 'None' : `${restarts} ${restarts === 1 ? 'restart' : 'restarts'} of a path`],
  ];
  const shown = device.quality ?? 'unknown';
  return (
    <section className="facts" aria-label={own ? 'You' : names.nameOf(device.personId)} data-facts={device.personId}>
      <h3>
        {own ? 'You' : names.nameOf(device.personId)}
        <span className="report-dots" data-quality={shown}>
          <span aria-hidden="true" className="report-dots-row">
            <QualityDots quality={device.quality} />
          </span>
          <span>{device.quality === null ? 'not measured' : qualityWords[shown]}</span>
        </span>
      </h3>
      <dl>
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
