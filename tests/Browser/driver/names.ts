import { Puppeteer } from 'puppeteer-core';

/**
 * `button::-p-named(Answer)`: what is shown and has this accessible name. The same for both browsers, in the page itself:
 * Firefox takes seconds to look through its accessibility tree while media plays.
 */
Puppeteer.registerCustomQueryHandler('named', {
  queryAll: (node, name) => {
    const element = node as Element;
    const labelled = element.getAttribute('aria-labelledby');
    const visible = element.cloneNode(true) as Element;
    for (const hidden of visible.querySelectorAll('[aria-hidden="true"], svg')) hidden.remove();
    const own = labelled
      ? labelled
          .split(' ')
          .map((id) => document.getElementById(id)?.textContent ?? '')
          .join(' ')
      : (element.ariaLabel ?? (element as HTMLInputElement).labels?.[0]?.textContent ?? visible.textContent ?? '');
    return own.replace(/\s+/g, ' ').trim() === name && element.checkVisibility() ? [element] : [];
  },
});

const elements = {
  button: 'button, [role="button"]',
  link: 'a[href]',
  field: 'input',
} as const;

export type Role = keyof typeof elements;

/** A selector for what has this role and name. */
export function named(role: Role, name: string): string {
  return elements[role]
    .split(', ')
    .map((element) => `${element}::-p-named(${name})`)
    .join(', ');
}
