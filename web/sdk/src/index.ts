import type { Sightline, SightlineOptions } from './api.js';
import { browserRuntime } from './runtime.js';
import { Client } from './sightline.js';

export * from './api.js';

/** A client of one Sightline server. Does nothing until it is asked to. */
export function createSightline(options: SightlineOptions = {}): Sightline {
  return new Client(browserRuntime(), options);
}
