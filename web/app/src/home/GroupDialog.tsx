import type { CallType, Person, ServiceState, Sightline } from '@sightline/sdk';
import { Phone, Search, Video } from 'lucide-react';
import { useState } from 'react';
import { Avatar } from '../ui/Avatar';
import { Button } from '../ui/Button';
import { Dialog } from '../ui/Dialog';
import { presenceWords } from '../words';
import { ListFailed, ListSkeleton } from './ListState';
import { usePeople } from './usePeople';

/** With oneself they are four, the most that a call carries. */
const mostOthers = 3;

interface Props {
  sightline: Sightline;
  service: ServiceState;
  onStart: (people: readonly Person[], type: CallType) => void;
  onClose: () => void;
}

/** Whom to ring together. */
export function GroupDialog({ sightline, service, onStart, onClose }: Props) {
  const [query, setQuery] = useState('');
  const [chosen, setChosen] = useState<readonly Person[]>([]);
  const { state, reload } = usePeople(sightline, service, query);
  const full = chosen.length === mostOthers;
  const isChosen = (person: Person) => chosen.some((one) => one.personId === person.personId);
  const toggle = (person: Person) =>
    setChosen(isChosen(person) ? chosen.filter((one) => one.personId !== person.personId) : [...chosen, person]);

  return (
    <Dialog title="New group call" onClose={onClose}>
      <p className="dialog-lead" id="group-lead" role="status">
        {full
          ? 'Three people are chosen: with you, a call is full.'
          : 'Choose up to three people. All of them are called at once.'}
      </p>
      <div className="search search-wide">
        <Search aria-hidden="true" />
        <input
          type="search"
          aria-label="Search people to call"
          placeholder="Search people"
          autoComplete="off"
          value={query}
          onChange={(event) => setQuery(event.target.value)}
        />
      </div>
      {state.status === 'loading' && <ListSkeleton label="Loading people…" rows={4} />}
      {state.status === 'failed' && <ListFailed what="People" onRetry={reload} />}
      {state.status === 'ready' && (
        <fieldset className="choices" aria-describedby="group-lead">
          <legend className="visually-hidden">People to call</legend>
          {state.data.length === 0 && <p className="dialog-lead">Nobody was found.</p>}
          {state.data.map((person) => (
            <label className="choice" key={person.personId} data-choice={person.personId}>
              <Avatar person={person} size="small" />
              <span className="choice-text">
                <span>{person.displayName}</span>
                <span data-presence={person.presence}>{presenceWords[person.presence]}</span>
              </span>
              <input
                type="checkbox"
                aria-label={person.displayName}
                checked={isChosen(person)}
                disabled={full && !isChosen(person)}
                onChange={() => toggle(person)}
              />
            </label>
          ))}
        </fieldset>
      )}
      <div className="dialog-actions">
        <Button disabled={chosen.length === 0} onClick={() => onStart(chosen, 'audio')}>
          <Phone aria-hidden="true" />
          Call with voice
        </Button>
        <Button look="primary" disabled={chosen.length === 0} onClick={() => onStart(chosen, 'video')}>
          <Video aria-hidden="true" />
          Call with video
        </Button>
      </div>
    </Dialog>
  );
}
