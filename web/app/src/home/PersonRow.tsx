import type { Person } from '@sightline/sdk';
import { Phone, Video } from 'lucide-react';
import { memo } from 'react';
import { Avatar } from '../ui/Avatar';
import { IconButton } from '../ui/IconButton';
import { presenceWords } from '../words';
import type { OnCall } from './HomePage';

interface Props {
  person: Person;
  onCall: OnCall;
}

export const PersonRow = memo(function PersonRow({ person, onCall }: Props) {
  const { personId, displayName, presence } = person;
  return (
    <li className="row" data-person={personId}>
      <span className="row-avatar">
        <Avatar person={person} />
        <span className="presence-dot" data-presence-dot={presence} />
      </span>
      <span className="row-text">
        <span className="row-name">{displayName}</span>
        <span className="row-detail" data-presence={presence}>
          {presenceWords[presence]}
        </span>
      </span>
      <span className="row-actions">
        <IconButton
          label={`Call ${displayName} with voice`}
          icon={Phone}
          data-call-button={`audio:${personId}`}
          onClick={() => onCall([person], 'audio', `audio:${personId}`)}
        />
        <IconButton
          label={`Call ${displayName} with video`}
          icon={Video}
          className="icon-button-accent"
          data-call-button={`video:${personId}`}
          onClick={() => onCall([person], 'video', `video:${personId}`)}
        />
      </span>
    </li>
  );
});
