import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type * as Axe from 'axe-core';
import type { Person } from './person';

declare global {
  var axe: typeof Axe;
}

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What a person with a screen reader, a keyboard or weak eyes would stumble over, one line each. */
export async function barriers(person: Person): Promise<string[]> {
  // Evaluated by the driver, so that the page's own content policy stays as it is.
  await person.page.evaluate(source);
  return person.page.evaluate(async () => {
    const { violations } = await axe.run(document, { resultTypes: ['violations'] });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
  });
}
