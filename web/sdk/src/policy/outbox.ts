/** Kept until they are acknowledged; below the server's burst of 200, so that a resend is never too fast. */
export const maxMessages = 128;
/** The first wait for an acknowledgement; doubles up to the last. */
export const ackTimeoutMs = 3_000;
export const lastAckTimeoutMs = 12_000;
export const maxSdpChars = 48 * 1024;
