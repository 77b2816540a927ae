/** What a call can begin without: signing in, adaptation, statistics and what is reported of them, what measures microphone and camera, and sharing a screen. */
export { adapt } from './adapt/adapter.js';
export { desk } from './desk.js';
export { countFrames as frames } from './media/frames.js';
export { leaveRaw, levelOf, measureLoudness as loudness } from './media/level.js';
export { Screen } from './media/screen.js';
export { Follower, Watch } from './media/watch.js';
export { place } from './peer/place.js';
export { readReport } from './quality/read.js';
export { reportCall } from './quality/reporter.js';
export { meter } from './stats/meter.js';
export { nextSpeakers } from './stats/speaker.js';
/** Loaded by themselves: calls go on without, and most are not recorded. */
export const recording = () => import('./recording/index.js');
export const telemetry = () => import('./telemetry/trace.js').catch(() => null);
