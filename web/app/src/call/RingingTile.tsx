import type { Participant } from '@sightline/sdk';
import { Avatar } from '../ui/Avatar';
import { standingWords } from '../words';

/** Somebody who is being called into a call that runs. */
export function RingingTile({ person, featured }: { person: Participant; featured: boolean }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a picture with its name, not a set of fields
    <div
      className="tile tile-ringing"
      role="group"
      aria-label={person.displayName}
      data-standing={person.standing}
      data-person={person.personId}
      data-featured={featured || undefined}
    >
      <span className="pulsing">
        <Avatar person={person} size="large" />
      </span>
      <p className="tile-ringing-words">{standingWords.ringing}</p>
      <p className="tile-marks">
        <span className="tile-name">{person.displayName}</span>
      </p>
    </div>
  );
}
