import type { Participant } from '@sightline/sdk';
import { Avatar } from '../ui/Avatar';

/** The faces of everybody else, overlapping when they are several. */
export function Avatars({ people }: { people: readonly Participant[] }) {
  if (people.length < 2) return <Avatar person={people[0] ?? { personId: '', displayName: 'Someone' }} size="large" />;
  return (
    <span className="avatars">
      {people.map((person) => (
        <Avatar person={person} size="large" key={person.personId} />
      ))}
    </span>
  );
}
