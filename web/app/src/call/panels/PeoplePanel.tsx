import type { Call, CallSnapshot, Participant, Sightline } from '@sightline/sdk';
import { useLayoutEffect, useRef, useState } from 'react';
import { Avatar } from '../../ui/Avatar';
import { announce } from '../../ui/announcer';
import { Button } from '../../ui/Button';
import { standingWords } from '../../words';
import { mostOthers } from '../namesOf';
import { AddPeople } from './AddPeople';
import { inviteWords } from './inviteWords';
import { SidePanel } from './SidePanel';

interface Props {
  call: Call;
  sightline: Sightline;
  snapshot: CallSnapshot;
  onClose: () => void;
}

type Invited = { readonly personId: string; readonly displayName: string };

/** Who is in the call, who was, and who can be added. */
export function PeoplePanel({ call, sightline, snapshot, onClose }: Props) {
  const { others } = snapshot;
  const [error, setError] = useState<string | null>(null);
  const list = useRef<HTMLUListElement>(null);
  useLayoutEffect(() => {
    list.current?.focus();
  }, []);
  const here = others.filter(({ standing }) => standing === 'joined' || standing === 'ringing');
  const full = here.length >= mostOthers;

  const invite = (person: Invited) => {
    setError(null);
    call.invite([person.personId]).then(
      () => announce(`Calling ${person.displayName}…`),
      (failure: unknown) => setError(inviteWords(failure, person.displayName)),
    );
    // The button that was pressed goes away with its row.
    list.current?.focus();
  };

  return (
    <SidePanel title="People" onClose={onClose}>
      <div className="people-scroll">
        <h3 id="people-here">In this call</h3>
        <ul className="people-list" aria-labelledby="people-here" ref={list} tabIndex={-1}>
          <li>
            <span className="people-name">You</span>
          </li>
          {others.map((person) => (
            <PersonLine key={person.personId} person={person} full={full} onInvite={invite} />
          ))}
        </ul>
        {error && (
          <p className="side-error" role="alert">
            {error}
          </p>
        )}
        <h3 id="people-add">Add people</h3>
        {full ? (
          <p className="side-empty" data-call-full="">
            This call is full: four people can talk at once.
          </p>
        ) : (
          <AddPeople sightline={sightline} inCall={others} onInvite={invite} />
        )}
      </div>
    </SidePanel>
  );
}

interface LineProps {
  person: Participant;
  full: boolean;
  onInvite: (person: Invited) => void;
}

function PersonLine({ person, full, onInvite }: LineProps) {
  const gone = person.standing !== 'joined' && person.standing !== 'ringing';
  return (
    <li data-person={person.personId} data-standing={person.standing}>
      <Avatar person={person} size="small" />
      <span className="people-name">
        {person.displayName}
        <span className="people-standing">{standingWords[person.standing]}</span>
      </span>
      {gone && !full && (
        <Button onClick={() => onInvite(person)} aria-label={`Ring again: ${person.displayName}`}>
          Ring again
        </Button>
      )}
    </li>
  );
}
