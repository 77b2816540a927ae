import type { Call, ChatMessage } from '@sightline/sdk';
import { useEffect, useState } from 'react';
import { announce } from '../../ui/announcer';

/** The last message that was seen of each call: a call on hold leaves the screen and comes back. */
const lastSeen = new WeakMap<Call, string>();

/** How many messages of others came in while the chat was closed; each of them is announced. */
export function useUnread(call: Call, chat: readonly ChatMessage[], open: boolean): number {
  const [seen, setSeen] = useState(() => lastSeen.get(call) ?? null);
  const newest = chat.at(-1);

  useEffect(() => {
    if (!newest) return;
    if (open) {
      lastSeen.set(call, newest.id);
      setSeen(newest.id);
    } else if (newest.from && lastSeen.get(call) !== newest.id) {
      announce(`${newest.from.displayName} writes: ${newest.text}`);
    }
  }, [call, newest, open]);

  if (open) return 0;
  // A message that has fallen out of the list is older than all in it.
  const from = chat.findIndex((message) => message.id === seen) + 1;
  return chat.slice(from).filter((message) => message.from !== null).length;
}
