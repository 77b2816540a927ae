/** What no call waits for, loaded when it is needed: what measures microphone and camera, and sharing a screen. */
export { countFrames as frames } from './frames.js';
export { levelOf, measureLoudness as loudness } from './level.js';
export { Screen } from './screen.js';
export { Follower, Watch } from './watch.js';
