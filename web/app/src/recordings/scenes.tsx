import { SightlineError } from '@sightline/sdk';
import type { FakeSightline } from '../testing/fakeSightline';
import { app, home, type Scenes } from '../testing/stage';
import { recordingOf, recordingsOfAllKinds } from './samples';

function opened(hash: string, prepare: (sightline: FakeSightline) => void = () => {}) {
  const sightline = home();
  sightline.recorded = recordingsOfAllKinds();
  prepare(sightline);
  location.hash = hash;
  return app(sightline);
}

export const recordingScenes: Scenes = {
  recordings: () => opened('recordings'),
  'recordings-empty': () =>
    opened('recordings', (sightline) => {
      sightline.recorded = [];
    }),
  'recordings-loading': () =>
    opened('recordings', (sightline) => {
      sightline.recordings.list = () => new Promise(() => {});
    }),
  'recordings-failed': () =>
    opened('recordings', (sightline) => {
      sightline.failures.recordings = new SightlineError('unreachable', 'no answer');
    }),
  recording: () => opened('recording=ready'),
  'recording-whole': () =>
    opened('recording=ready', (sightline) => {
      sightline.recorded = [recordingOf({ gaps: [], combinedProblem: 'ffmpeg is missing.' })];
    }),
  'recording-running': () => opened('recording=running'),
  'recording-making': () => opened('recording=making'),
  'recording-nothing': () => opened('recording=failed'),
  'recording-loading': () =>
    opened('recording=ready', (sightline) => {
      sightline.recordings.details = () => new Promise(() => {});
    }),
  'recording-failed': () =>
    opened('recording=ready', (sightline) => {
      sightline.failures.recording = new SightlineError('unreachable', 'no answer');
    }),
};
