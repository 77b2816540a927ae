import type { ReactNode } from 'react';
import { App } from '../App';
import { FakeSightline } from './fakeSightline';
import { people, recentCalls } from './samples';

/** Scenes by name. Each function prepares a fresh one. */
export type Scenes = Readonly<Record<string, () => ReactNode>>;

export const app = (sightline: FakeSightline) => <App sightline={sightline} />;

export function failing(failures: FakeSightline['failures']) {
  const sightline = new FakeSightline({ me: null });
  Object.assign(sightline.failures, failures);
  return app(sightline);
}

export const home = (service: FakeSightline['service'] = 'online') =>
  new FakeSightline({ people, calls: recentCalls, service });
