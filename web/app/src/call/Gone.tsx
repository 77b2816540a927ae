import type { CallSnapshot } from '@sightline/sdk';
import { useEffect, useState } from 'react';
import { standingWords } from '../words';
import { goneOf } from './stageOf';

const shownMs = 30_000;

/** Who has just declined, missed or left a group; the panel "People" keeps them. */
export function Gone({ snapshot }: { snapshot: CallSnapshot }) {
  const gone = goneOf(snapshot);
  const key = gone.map(({ personId, standing }) => `${personId}:${standing}`).join();
  const [past, setPast] = useState<string | null>(null);
  useEffect(() => {
    const timer = setTimeout(() => setPast(key), shownMs);
    return () => clearTimeout(timer);
  }, [key]);
  if (gone.length === 0 || past === key) return null;
  return (
    <ul className="gone" aria-label="Not in the call">
      {gone.map((person) => (
        <li key={person.personId} data-standing={person.standing} data-person={person.personId}>
          {person.displayName}: {standingWords[person.standing]}
        </li>
      ))}
    </ul>
  );
}
