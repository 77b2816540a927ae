import { SightlineError } from '@sightline/sdk';
import type { FakeSightline } from '../testing/fakeSightline';
import { app, home, type Scenes } from '../testing/stage';
import { calmReport, troubledReport } from './samples';

function opened(prepare: (sightline: FakeSightline) => void) {
  const sightline = home();
  prepare(sightline);
  location.hash = 'report=2';
  return app(sightline);
}

export const reportScenes: Scenes = {
  report: () =>
    opened((sightline) => {
      sightline.report = troubledReport();
    }),
  'report-calm': () =>
    opened((sightline) => {
      sightline.report = calmReport();
    }),
  'report-empty': () => opened(() => {}),
  'report-loading': () =>
    opened((sightline) => {
      sightline.callReport = () => new Promise(() => {});
    }),
  'report-failed': () =>
    opened((sightline) => {
      sightline.failures.callReport = new SightlineError('unreachable', 'no answer');
    }),
};
