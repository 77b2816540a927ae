import type { DeviceReport, PersonId } from '@sightline/sdk';
import { useState } from 'react';
import { clockWords } from '../words';
import { charts } from './charts';
import { LineChart } from './LineChart';
import { peersOf } from './verdict';
import type { Names } from './verdictWords';

interface Props {
  devices: readonly DeviceReport[];
  names: Names;
  fromMs: number;
  toMs: number;
}

interface Link {
  readonly device: DeviceReport;
  readonly peer: PersonId;
  readonly label: string;
}

/** The lines of one link, and the same as a table. */
export function LinkGraphs({ devices, names, fromMs, toMs }: Props) {
  const [chosen, setChosen] = useState(0);
  const [open, setOpen] = useState(false);
  const links = devices.flatMap((device) => peersOf(device).map((peer) => linkOf(device, peer, names)));
  const link = links[chosen] ?? links[0];
  if (!link) return <p className="report-note">Nobody’s device has measured anything in this call.</p>;
  const rows = link.device.samples.filter(({ personId }) => personId === link.peer);
  return (
    <>
      {links.length > 1 && (
        <label className="report-choice">
          Measured by
          <select value={links.indexOf(link)} onChange={(event) => setChosen(Number(event.target.value))}>
            {links.map(({ label, device, peer }, index) => (
              <option key={`${device.source} ${peer}`} value={index}>
                {label}
              </option>
            ))}
          </select>
        </label>
      )}
      <div className="charts">
        {charts.map((chart) => (
          <LineChart key={chart.title} chart={chart} rows={rows} fromMs={fromMs} toMs={toMs} />
        ))}
      </div>
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>The same as a table</summary>
        {open && (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
          <section className="report-table" aria-label={`Figures, ${link.label}`} tabIndex={0}>
            <table>
              <thead>
                <tr>
                  <th scope="col">Time</th>
                  {charts.flatMap(({ title, series }) =>
                    series.map(({ name }) => (
                      <th scope="col" key={`${title} ${name}`}>
                        {title === 'Delay' ? name : `${title}, ${name.toLowerCase()}`}
                      </th>
                    )),
                  )}
                </tr>
              </thead>
              <tbody>
                {rows.map((row) => (
                  <tr key={row.atMs}>
                    <th scope="row">{clockWords(row.atMs - fromMs)}</th>
                    {charts.flatMap(({ title, series, words }) =>
                      series.map(({ name, of }) => {
                        const value = of(row);
                        return <td key={`${title} ${name}`}>{value === null ? '–' : words(value)}</td>;
                      }),
                    )}
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
        )}
      </details>
    </>
  );
}

function linkOf(device: DeviceReport, peer: PersonId, { selfId, nameOf }: Names): Link {
  const by = device.personId === selfId ? 'You' : nameOf(device.personId);
  return { device, peer, label: `${by}, with ${peer === selfId ? 'you' : nameOf(peer)}` };
}
