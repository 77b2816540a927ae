import type { Me, RecordingDetails, Sightline } from '@sightline/sdk';
import { Disc, Download, TriangleAlert } from 'lucide-react';
import { useRef } from 'react';
import { PageHead } from '../ui/PageHead';
import { PageFailed, PageLoading } from '../ui/PageState';
import { dateWords, durationWords } from '../words';
import { Gaps } from './Gaps';
import { Player, type PlayerHandle } from './Player';
import { useRecordingDetails } from './useRecordings';
import { bytesWords, fileWords, namesOfRecording, percentWords, problemWords, whoWords } from './words';

interface Props {
  sightline: Sightline;
  me: Me;
  recordingId: string;
  onBack: () => void;
}

/** One recording: how far it is, what can be played and kept of it, and what is missing. */
export default function RecordingPage({ sightline, me, recordingId, onBack }: Props) {
  const { status, details, reload } = useRecordingDetails(sightline, recordingId);
  return (
    <main className="report" data-screen="recording" data-recording-state={details?.status ?? status}>
      <PageHead
        title={details ? `Call with ${namesOfRecording(details, me)}` : 'Recording of a call'}
        onBack={onBack}
      />
      {status === 'loading' && <PageLoading words="Loading the recording…" />}
      {status === 'failed' && (
        <PageFailed
          title="The recording could not be loaded"
          words="It may be of a call that is not yours. Otherwise check your connection, then try again."
          onRetry={reload}
        />
      )}
      {details && <Content sightline={sightline} details={details} me={me} />}
    </main>
  );
}

function Content({ sightline, details, me }: { sightline: Sightline; details: RecordingDetails; me: Me }) {
  const player = useRef<PlayerHandle>(null);
  const starter = whoWords(details, details.startedBy, me);
  return (
    <>
      <p className="report-when">
        <time dateTime={new Date(details.startedAtMs).toISOString()}>{dateWords(details.startedAtMs)}</time>
        {` · started by ${starter === 'You' ? 'you' : starter}`}
        {details.lengthMs !== null && ` · ${durationWords(details.lengthMs)}`}
      </p>
      {details.status === 'recording' && (
        <Waiting title="This call is being recorded" words="It can be watched here when the recording is over." />
      )}
      {details.status === 'finishing' && (
        <section className="panel report-part" aria-labelledby="recording-finishing">
          <h2 id="recording-finishing">Its files are being made</h2>
          <progress aria-labelledby="recording-finishing" max={1} value={details.progress} />
          <p className="report-note">{percentWords(details)} done. This page goes on by itself.</p>
        </section>
      )}
      {details.status === 'failed' && (
        <div className="panel list-message" data-recording-problem={details.problem ?? 'unexpected'}>
          <TriangleAlert aria-hidden="true" />
          <h2>There is nothing to watch</h2>
          <p>{problemWords(details)}</p>
        </div>
      )}
      {details.files.length > 0 && (
        <>
          <Player ref={player} sightline={sightline} details={details} me={me} />
          {details.combinedProblem !== null && (
            <p className="report-note" data-combined-problem="">
              There is no file of everybody together: {details.combinedProblem}
            </p>
          )}
          <Gaps details={details} me={me} onSeek={(atMs) => player.current?.seek(atMs)} />
          <section className="panel report-part" aria-labelledby="recording-files">
            <h2 id="recording-files">To keep</h2>
            <ul className="recording-files">
              {details.files.map((file) => (
                <li key={file.name}>
                  <a
                    className="button button-plain"
                    href={sightline.recordings.fileUrl(details.recordingId, file.name, { download: true })}
                    download=""
                  >
                    <Download aria-hidden="true" />
                    Download {fileWords(details, file, me)}
                  </a>
                  <span>
                    {durationWords(file.lengthMs)}, {bytesWords(file.bytes)}
                  </span>
                </li>
              ))}
            </ul>
          </section>
        </>
      )}
    </>
  );
}

function Waiting({ title, words }: { title: string; words: string }) {
  return (
    <div className="panel list-message">
      <Disc aria-hidden="true" />
      <h2>{title}</h2>
      <p>{words}</p>
    </div>
  );
}
