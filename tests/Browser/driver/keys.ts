import { named, type Role } from './names';
import type { Person } from './person';

/** More stops than any screen has. */
const maxStops = 80;

/** Goes on with Tab until this has the focus. Wherever the focus stands on the way, it has to be seen. */
export async function tabTo(person: Person, name: string, role: Role = 'button'): Promise<void> {
  await person.sees(named(role, name));
  const stops: string[] = [];
  for (let stop = 0; stop < maxStops; stop++) {
    await person.page.keyboard.press('Tab');
    const { words, hidden } = await person.page.evaluate(focus);
    if (hidden !== null) throw new Error(`The focus on "${words}" cannot be seen: ${hidden}.`);
    if (await hasFocus(person, name, role)) return;
    stops.push(words);
  }
  throw new Error(`Tab does not lead to the ${role} "${name}", but to: ${stops.join(' → ')}`);
}

/** Goes to a button or a link by Tab, and presses it by Enter. */
export async function enter(person: Person, name: string, role: Role = 'button'): Promise<void> {
  await tabTo(person, name, role);
  await person.page.keyboard.press('Enter');
}

/** Waits until this has the focus, and looks whether it can be seen there. */
export async function focusIsOn(person: Person, name: string, role: Role = 'button'): Promise<void> {
  while (!(await hasFocus(person, name, role))) {
    await person.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
  }
  const { hidden } = await person.page.evaluate(focus);
  if (hidden !== null) throw new Error(`The focus on "${name}" cannot be seen: ${hidden}.`);
}

/** Waits until the focus stands on a part of the page that is not pressed: a dialog, a heading, the whole call. */
export async function focusIsAt(person: Person, selector: string): Promise<void> {
  await person.page.waitForFunction((wanted) => document.activeElement?.matches(wanted), {}, selector);
}

function hasFocus({ page }: Person, name: string, role: Role): Promise<boolean> {
  return page.$$eval(
    named(role, name),
    (elements) => document.hasFocus() && elements.some((element) => element === document.activeElement),
  );
}

/** Runs in the page: what has the focus, and why that cannot be seen. */
function focus(): { words: string; hidden: string | null } {
  const element = document.activeElement;
  // The browser's own bars have their turn too.
  if (element === null || element === document.body || !document.hasFocus()) return { words: 'nothing', hidden: null };
  const words = element.ariaLabel ?? (element.textContent || element.tagName);
  const box = element.getBoundingClientRect();
  const middle = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  const frame = element.closest('.field-frame, .theme-choice label');
  const marked = [element, ...(frame ? [frame] : [])].some((one) => {
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(one);
    return (outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2) || (one === frame && boxShadow !== 'none');
  });
  if (!element.matches(':focus-visible') || !marked) return { words, hidden: 'nothing marks it' };
  const covered = middle === null || !(element.contains(middle) || middle.contains(element));
  return { words, hidden: covered ? `it is covered by ${middle?.outerHTML.slice(0, 200) ?? 'the edge'}` : null };
}
