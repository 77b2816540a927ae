/** What a call can begin without: adaptation, statistics, what measures microphone and camera, and sharing a screen. */
export { adapt } from './adapt/adapter.js';
export { countFrames as frames } from './media/frames.js';
export { levelOf, measureLoudness as loudness } from './media/level.js';
export { Screen } from './media/screen.js';
export { Follower, Watch } from './media/watch.js';
export { meter } from './stats/meter.js';
