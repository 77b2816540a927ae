import type { Participant, Person, Sightline } from '@sightline/sdk';
import { Search, UserPlus } from 'lucide-react';
import { useCallback, useState } from 'react';
import { Avatar } from '../../ui/Avatar';
import { Button } from '../../ui/Button';
import { IconButton } from '../../ui/IconButton';
import { Spinner } from '../../ui/Spinner';
import { useLoad } from '../../ui/useLoad';
import { presenceWords } from '../../words';

interface Props {
  sightline: Sightline;
  inCall: readonly Participant[];
  onInvite: (person: Person) => void;
}

const away = (person: Person) => (person.presence === 'offline' ? 1 : 0);

/** Those who can still be called into this call, those who are here first. */
export function AddPeople({ sightline, inCall, onInvite }: Props) {
  const [query, setQuery] = useState('');
  const load = useCallback(
    () => sightline.people(query.trim() === '' ? {} : { query: query.trim() }),
    [sightline, query],
  );
  const { state, reload } = useLoad(load);
  const known = new Set(inCall.map((person) => person.personId));
  const people =
    state.status === 'ready'
      ? state.data.filter((person) => !known.has(person.personId)).toSorted((a, b) => away(a) - away(b))
      : [];
  return (
    <>
      <div className="people-search">
        <Search aria-hidden="true" />
        <input
          type="search"
          aria-label="Search people to add"
          placeholder="Search people"
          value={query}
          onChange={(event) => setQuery(event.target.value)}
        />
      </div>
      {state.status === 'loading' && (
        <p className="side-empty">
          <Spinner /> Loading people…
        </p>
      )}
      {state.status === 'failed' && (
        <p className="side-error" role="alert">
          The list of people could not be loaded. <Button onClick={reload}>Try again</Button>
        </p>
      )}
      {state.status === 'ready' && people.length === 0 && <p className="side-empty">Nobody else was found.</p>}
      <ul className="people-list" aria-labelledby="people-add">
        {people.map((person) => (
          <li key={person.personId} data-addable={person.personId}>
            <Avatar person={person} size="small" />
            <span className="people-name">
              {person.displayName}
              <span className="people-standing">{presenceWords[person.presence]}</span>
            </span>
            <IconButton label={`Add ${person.displayName}`} icon={UserPlus} onClick={() => onInvite(person)} />
          </li>
        ))}
      </ul>
    </>
  );
}
