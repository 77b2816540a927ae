/** How often devices in use are listed again: not every browser tells of each that comes or goes (Chromium on Linux). */
export const listIntervalMs = 2_000;
/** Waits before a device that went away is asked for again; after the last, it cannot be had. */
export const recaptureDelaysMs = [0, 500, 1_000, 2_000, 4_000] as const;
/** A device that has worked this long may go away as if for the first time. */
export const stableMs = 10_000;
/** A device that went away is taken back when it returns within this: a headset changes its profile. */
export const returnMs = 15_000;
/** Some devices are muted until their first sound or picture. */
export const warmUpMs = 1_000;
/** How often a preview says how loud the microphone is. */
export const levelIntervalMs = 50;
