import { named } from '../tests/Browser/driver/names';
import type { Person } from '../tests/Browser/driver/person';
import { seenBy, timeline } from './arrivals';

/** Both in new pages, where each can call the other. */
export async function beginAnew(ada: Person, ben: Person): Promise<void> {
  await Promise.all([ada.reload(), ben.reload()]);
  await Promise.all([ada.seesPresence(ben, 'online'), ben.seesPresence(ada, 'online')]);
}

/** Prints what the pages have seen. */
export async function printTimeline(people: readonly Person[], zeroMs: number): Promise<void> {
  for (const { page, name } of people) {
    const seen = await seenBy(page).catch(() => null);
    for (const line of timeline(name, seen, zeroMs)) console.error(line);
  }
}

/** Ends a call that has not gone as it should, as far as it can be ended. */
export async function giveUp(people: readonly Person[]): Promise<void> {
  for (const { page } of people) {
    for (const name of ['Hang up', 'End call', 'Cancel']) {
      const button = await page.$(named('button', name)).catch(() => null);
      await button?.click().catch(() => undefined);
    }
  }
}
