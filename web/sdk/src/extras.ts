/** What a call can begin without: adaptation, statistics and what is reported of them, what measures microphone and camera, and sharing a screen. */
export { adapt } from './adapt/adapter.js';
export { countFrames as frames } from './media/frames.js';
export { levelOf, measureLoudness as loudness } from './media/level.js';
export { Screen } from './media/screen.js';
export { Follower, Watch } from './media/watch.js';
export { readReport } from './quality/read.js';
export { reportCall } from './quality/reporter.js';
export { meter } from './stats/meter.js';
/** Loaded by itself: calls go on without. */
export const telemetry = () => import('./telemetry/trace.js').catch(() => null);
