import type { DeviceReport } from '@sightline/sdk';
import { clockWords, durationWords } from '../words';
import { eventWords, stateWord } from './eventWords';
import { statesOf } from './verdict';
import type { Names } from './verdictWords';

interface Props {
  devices: readonly DeviceReport[];
  names: Names;
  fromMs: number;
  toMs: number;
}

/** Which state each device was in, as a band, and all that happened as a list. */
export function Timeline({ devices, names, fromMs, toMs }: Props) {
  const share = (ms: number) => `${(100 * ms) / Math.max(1, toMs - fromMs)}%`;
  const whose = (personId: string) => (personId === names.selfId ? 'You' : names.nameOf(personId));
  return (
    <div className="timeline">
      {devices.map((device) => (
        <div className="timeline-row" key={device.source}>
          <span className="timeline-name">{whose(device.personId)}</span>
          <ol className="timeline-band" aria-label={`States of the call, ${whose(device.personId)}`}>
            {statesOf(device).map(({ state, fromMs: begin, toMs: end }) => (
              <li
                key={begin}
                data-state={state}
                style={{ left: share(begin - fromMs), width: share(end - begin) }}
                title={`${stateWord(state)}, ${durationWords(end - begin)}`}
              >
                <span className="visually-hidden">
                  {stateWord(state)} for {durationWords(end - begin)}
                </span>
              </li>
            ))}
          </ol>
        </div>
      ))}
      <div className="chart-times timeline-times" aria-hidden="true">
        <span>0:00</span>
        <span>{clockWords(toMs - fromMs)}</span>
      </div>
      <ul className="timeline-keys" aria-hidden="true">
        {['CONNECTING', 'CONNECTED', 'RECONNECTING'].map((state) => (
          <li key={state}>
            <i data-state={state} />
            {stateWord(state)}
          </li>
        ))}
      </ul>
      <details>
        <summary>Everything that happened</summary>
        {devices.map((device) => (
          <section key={device.source} aria-label={`What happened, ${whose(device.personId)}`}>
            <h3>{whose(device.personId)}</h3>
            <ol className="timeline-events">
              {device.events.map((event, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: two alike can happen at the same time, and the list never changes
                <li key={index}>
                  <time>{clockWords(event.atMs - fromMs)}</time>
                  {eventWords(event, names.nameOf)}
                </li>
              ))}
            </ol>
          </section>
        ))}
      </details>
    </div>
  );
}
