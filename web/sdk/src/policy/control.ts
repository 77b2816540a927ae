export const maxMessageChars = 4_096;
export const maxIdChars = 64;
export const maxChatChars = 1_000;
/** Messages of a call that are kept, the newest. */
export const maxChatMessages = 200;
/** What one peer may say; beyond it, it is not heard. */
export const incoming = { burst: 60, perSecond: 30 } as const;
/** What this device says of its own accord, chat and reactions: less than others hear. */
export const outgoing = { burst: 20, perSecond: 5 } as const;
/** Changes of microphone, camera and hand leave together when they follow each other faster. */
export const intentsIntervalMs = 100;
