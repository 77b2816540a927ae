/** What measures microphone and camera. No call waits for it: it is loaded when something is to be measured. */
export { countFrames as frames } from './frames.js';
export { levelOf, measureLoudness as loudness } from './level.js';
export { Follower, Watch } from './watch.js';
