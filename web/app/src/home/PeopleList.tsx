import type { ServiceState, Sightline } from '@sightline/sdk';
import { Search, SearchX, UsersRound } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../ui/Button';
import type { OnCall } from './HomePage';
import { ListEmpty, ListFailed, ListSkeleton } from './ListState';
import { PersonRow } from './PersonRow';
import { ShareAddress } from './ShareAddress';
import { usePeople } from './usePeople';

interface Props {
  sightline: Sightline;
  service: ServiceState;
  onCall: OnCall;
  onGroup: () => void;
}

export function PeopleList({ sightline, service, onCall, onGroup }: Props) {
  const [query, setQuery] = useState('');
  const { state, reload, searched } = usePeople(sightline, service, query);
  const shown = state.status === 'ready' && state.data.length === 0 ? 'empty' : state.status;

  return (
    <section className="panel panel-people" aria-labelledby="people-title" data-people-state={shown}>
      <div className="panel-head">
        <h2 id="people-title">People</h2>
        <div className="search">
          <Search aria-hidden="true" />
          <input
            type="search"
            aria-label="Search people"
            placeholder="Search people"
            autoComplete="off"
            value={query}
            onChange={(event) => setQuery(event.target.value)}
          />
        </div>
        {/* With one other person there is no group. */}
        {(searched !== '' || (state.status === 'ready' && state.data.length > 1)) && (
          <Button onClick={onGroup} data-call-button="group">
            <UsersRound aria-hidden="true" />
            Group call
          </Button>
        )}
      </div>
      {state.status === 'loading' && <ListSkeleton label="Loading people…" rows={5} />}
      {state.status === 'failed' && <ListFailed what="People" onRetry={reload} />}
      {state.status === 'ready' && state.data.length > 0 && (
        <ul className="rows" aria-labelledby="people-title">
          {state.data.map((person) => (
            <PersonRow key={person.personId} person={person} onCall={onCall} />
          ))}
        </ul>
      )}
      {shown === 'empty' && searched !== '' && (
        <ListEmpty icon={<SearchX aria-hidden="true" />} title={`Nobody called “${searched}”`}>
          <p>Check the spelling, or search for a part of the name.</p>
        </ListEmpty>
      )}
      {shown === 'empty' && searched === '' && (
        <ListEmpty icon={<UsersRound aria-hidden="true" />} title="Nobody else is here yet">
          <p>Share the address with the people you want to call. They appear here once they have an account.</p>
          <ShareAddress />
        </ListEmpty>
      )}
    </section>
  );
}
