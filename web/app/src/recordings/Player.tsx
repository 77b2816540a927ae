import type { Me, RecordingDetails, RecordingFile, Sightline } from '@sightline/sdk';
import { type Ref, useImperativeHandle, useRef, useState } from 'react';
import { fileWords } from './words';

export interface PlayerHandle {
  /** To a moment of the recording, whichever file is on. */
  seek(atMs: number): void;
}

interface Props {
  ref: Ref<PlayerHandle>;
  sightline: Sightline;
  details: RecordingDetails;
  me: Me;
}

/** Plays one file at a time; another one goes on at the same moment of the recording. */
export function Player({ ref, sightline, details, me }: Props) {
  const { files, recordingId } = details;
  const [name, setName] = useState<string | null>(null);
  const media = useRef<HTMLMediaElement>(null);
  const beginAtMs = useRef<number | null>(null);
  const [broken, setBroken] = useState(false);
  const file = files.find((one) => one.name === name) ?? files[0];

  const goTo = ({ fromMs, lengthMs }: RecordingFile, atMs: number) => {
    if (media.current) media.current.currentTime = Math.max(0, Math.min(atMs - fromMs, lengthMs)) / 1_000;
  };
  useImperativeHandle(ref, () => ({
    seek: (atMs) => {
      if (!file) return;
      goTo(file, atMs);
      media.current?.scrollIntoView({ block: 'nearest' });
    },
  }));
  if (!file) return null;

  const choose = (next: string) => {
    beginAtMs.current = file.fromMs + 1_000 * (media.current?.currentTime ?? 0);
    setBroken(false);
    setName(next);
  };
  const shared = {
    src: sightline.recordings.fileUrl(recordingId, file.name),
    controls: true,
    preload: 'metadata',
    'aria-label': `Recording: ${fileWords(details, file, me)}`,
    'data-player': file.kind,
    onError: () => setBroken(true),
    onLoadedMetadata: () => {
      if (beginAtMs.current !== null) goTo(file, beginAtMs.current);
      beginAtMs.current = null;
    },
  } as const;
  return (
    <section className="panel recording-player" aria-label="Player">
      {file.contentType.startsWith('audio/') ? (
        <audio key={file.name} ref={media as Ref<HTMLAudioElement>} {...shared} />
      ) : (
        <video key={file.name} ref={media as Ref<HTMLVideoElement>} playsInline {...shared} />
      )}
      {broken && (
        <p role="alert" className="recording-broken">
          This file can’t be played here. Check your connection and load the page again, or download it below.
        </p>
      )}
      {files.length > 1 && (
        <label className="report-choice">
          Play
          <select value={file.name} onChange={(event) => choose(event.target.value)}>
            {files.map((one) => (
              <option key={one.name} value={one.name}>
                {fileWords(details, one, me)}
              </option>
            ))}
          </select>
        </label>
      )}
    </section>
  );
}
