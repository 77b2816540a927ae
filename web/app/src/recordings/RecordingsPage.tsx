import type { Me, Recording, ServiceState, Sightline } from '@sightline/sdk';
import { Clapperboard, Disc, LoaderCircle, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../ui/Button';
import { PageHead } from '../ui/PageHead';
import { PageFailed, PageLoading } from '../ui/PageState';
import { whenWords } from '../words';
import { mostListed, pageSize, useRecordings } from './useRecordings';
import { namesOfRecording, statusWords } from './words';

interface Props {
  sightline: Sightline;
  me: Me;
  service: ServiceState;
  onBack: () => void;
}

/** The recordings of calls in which the person took part. */
export default function RecordingsPage({ sightline, me, service, onBack }: Props) {
  const [limit, setLimit] = useState(pageSize);
  const { status, recordings, reload } = useRecordings(sightline, service, limit);
  const shown = recordings?.length === 0 ? 'empty' : status;
  return (
    <main className="report recordings" data-screen="recordings" data-recordings-state={shown}>
      <PageHead title="Recordings" onBack={onBack} />
      {status === 'loading' && <PageLoading words="Loading the recordings…" />}
      {status === 'failed' && (
        <PageFailed
          title="Recordings could not be loaded"
          words="Check your connection, then try again."
          onRetry={reload}
        />
      )}
      {shown === 'empty' && (
        <div className="panel list-message">
          <Clapperboard aria-hidden="true" />
          <h2>No recordings yet</h2>
          <p>
            In a call, choose “Record this call” under “More”. What was recorded is listed here for everybody who was
            there.
          </p>
        </div>
      )}
      {recordings && recordings.length > 0 && (
        <section className="panel" aria-label="Recordings">
          <ul className="rows">
            {recordings.map((recording) => (
              <Row key={recording.recordingId} recording={recording} me={me} />
            ))}
          </ul>
        </section>
      )}
      {recordings && recordings.length >= limit && limit < mostListed && (
        <Button onClick={() => setLimit(Math.min(mostListed, limit + pageSize))}>Show more</Button>
      )}
    </main>
  );
}

const icons = { recording: Disc, finishing: LoaderCircle, ready: Clapperboard, failed: TriangleAlert } as const;

function Row({ recording, me }: { recording: Recording; me: Me }) {
  const { recordingId, status, startedAtMs } = recording;
  const Icon = icons[status];
  return (
    <li data-recording-id={recordingId} data-recording-status={status}>
      <a className="row recording-row" href={`#recording=${recordingId}`}>
        <Icon aria-hidden="true" />
        <span className="row-text">
          <span className="row-name">Call with {namesOfRecording(recording, me)}</span>
          <span className="row-detail">
            <span>
              {statusWords(recording)}
              {' · '}
              <time dateTime={new Date(startedAtMs).toISOString()}>{whenWords(startedAtMs, Date.now())}</time>
            </span>
          </span>
        </span>
      </a>
    </li>
  );
}
