export const timeoutMs = 10_000;
/** How long a call waits for ICE servers before it goes on with those it has. */
export const iceServersWaitMs = 2_000;
/** ICE servers are fetched again when they are older than this, or this near to their end. */
export const iceServersMaxAgeMs = 30 * 60_000;
export const iceServersMarginMs = 5 * 60_000;
/** Servers that end soon or are refused are not asked for again within this. */
export const iceServersRetryMs = 60_000;
/** A day, because timers cannot be set for ever. */
export const iceServersMaxLifeMs = 24 * 60 * 60_000;
