import { Avatar } from '../ui/Avatar';

interface Props {
  people: readonly { readonly personId: string; readonly displayName: string }[];
}

/** Two of several people; the names stand beside it. */
export function GroupAvatar({ people }: Props) {
  return (
    <span className="group-avatar">
      {people.slice(0, 2).map((person) => (
        <Avatar key={person.personId} person={person} size="small" />
      ))}
    </span>
  );
}
