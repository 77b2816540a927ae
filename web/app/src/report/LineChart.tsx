import type { ReportSample } from '@sightline/sdk';
import { clockWords } from '../words';
import { type Chart, lineWords, pathOf, topOf } from './charts';

interface Props {
  chart: Chart;
  rows: readonly ReportSample[];
  fromMs: number;
  toMs: number;
}

/** Up to two lines over the time of a call. What they say is said in words, too. */
export function LineChart({ chart, rows, fromMs, toMs }: Props) {
  const top = topOf(chart, rows);
  const lines = chart.series.flatMap((series) => {
    const words = lineWords(chart, series, rows);
    return words === null ? [] : [{ series, words }];
  });
  return (
    <figure className="chart" data-chart={chart.title}>
      <figcaption>
        <span className="chart-title">{chart.title}</span>
        {chart.series.map(({ name }, index) => (
          <span key={name} className="chart-key" data-line={index}>
            <svg viewBox="0 0 24 4" aria-hidden="true">
              <path d="M0 2H24" />
            </svg>
            {name}
          </span>
        ))}
      </figcaption>
      <div className="chart-frame">
        <span className="chart-top" aria-hidden="true">
          {chart.words(top)}
        </span>
        {lines.length === 0 ? (
          <p className="chart-empty">Not measured</p>
        ) : (
          <svg
            viewBox="0 0 1 1"
            preserveAspectRatio="none"
            role="img"
            aria-label={`${chart.title}. ${lines.map(({ words }) => words).join('. ')}.`}
          >
            <path className="chart-grid" d="M0 0H1M0 0.5H1" />
            {lines.map(({ series }) => (
              <path
                key={series.name}
                data-line={chart.series.indexOf(series)}
                d={pathOf(series, rows, fromMs, toMs, top)}
              />
            ))}
          </svg>
        )}
      </div>
      <div className="chart-times" aria-hidden="true">
        <span>0:00</span>
        <span>{clockWords(toMs - fromMs)}</span>
      </div>
    </figure>
  );
}
