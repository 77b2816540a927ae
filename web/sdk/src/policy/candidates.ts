export const batchDelayMs = 100;
/** Of the other side, until the call is answered. */
export const maxHeld = 200;
export const maxPerBatch = 50;
export const maxChars = 1024;
