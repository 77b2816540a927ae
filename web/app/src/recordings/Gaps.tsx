import type { Me, RecordingDetails } from '@sightline/sdk';
import { clockWords } from '../words';
import { atWords, causeWords, gapWords, whoWords } from './words';

interface Props {
  details: RecordingDetails;
  me: Me;
  /** To a moment of the recording. */
  onSeek: (atMs: number) => void;
}

const leadMs = 2_000;

/** What is missing: where it was, as a bar for each person, and why, in words. */
export function Gaps({ details, me, onSeek }: Props) {
  const { gaps } = details;
  const lengthMs = Math.max(1, details.lengthMs ?? 0, ...gaps.map((gap) => gap.atMs + gap.lengthMs));
  const share = (ms: number) => `${(100 * ms) / lengthMs}%`;
  const people = [...new Set(gaps.map(({ personId }) => personId))];
  const causes = [...new Set(gaps.map(({ cause }) => cause))];
  return (
    <section className="panel report-part" aria-labelledby="recording-gaps">
      <h2 id="recording-gaps">What is missing</h2>
      {gaps.length === 0 ? (
        <p className="report-note" data-gaps="0">
          Nothing: everything that was sent is there.
        </p>
      ) : (
        <>
          <div className="timeline" data-gaps={gaps.length} aria-hidden="true">
            {people.map((personId) => (
              <div className="timeline-row" key={personId}>
                <span className="timeline-name">{whoWords(details, personId, me)}</span>
                <ol className="timeline-band recording-band">
                  {gaps
                    .filter((gap) => gap.personId === personId)
                    .map((gap) => (
                      <li
                        key={`${gap.track} ${gap.atMs}`}
                        data-cause={gap.cause}
                        style={{ left: share(gap.atMs), width: share(gap.lengthMs) }}
                        title={gapWords(details, gap, me)}
                      />
                    ))}
                </ol>
              </div>
            ))}
            <div className="chart-times timeline-times">
              <span>0:00</span>
              <span>{clockWords(lengthMs)}</span>
            </div>
            <ul className="timeline-keys recording-band">
              {causes.map((cause) => (
                <li key={cause}>
                  <i data-cause={cause} />
                  {causeWords[cause]}
                </li>
              ))}
            </ul>
          </div>
          <ul className="timeline-events recording-gaps" aria-label="Gaps">
            {gaps.map((gap) => (
              <li key={`${gap.personId} ${gap.track} ${gap.atMs}`} data-gap={gap.cause}>
                <button type="button" className="recording-seek" onClick={() => onSeek(gap.atMs - leadMs)}>
                  <span className="visually-hidden">Play from </span>
                  {atWords(gap)}
                </button>
                {gapWords(details, gap, me)}
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
