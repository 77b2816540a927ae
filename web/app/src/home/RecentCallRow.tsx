import type { CallRecord } from '@sightline/sdk';
import { Phone, PhoneIncoming, PhoneMissed, PhoneOutgoing, Video } from 'lucide-react';
import { Avatar } from '../ui/Avatar';
import { IconButton } from '../ui/IconButton';
import { recentWords, whenWords } from '../words';
import type { OnCall } from './HomePage';

interface Props {
  record: CallRecord;
  selfId: string;
  onCall: OnCall;
}

export function RecentCallRow({ record, selfId, onCall }: Props) {
  const other = record.participants.find((participant) => participant.personId !== selfId);
  if (!other) return null;
  const { text, missed, incoming } = recentWords(record, selfId);
  const Direction = missed ? PhoneMissed : incoming ? PhoneIncoming : PhoneOutgoing;
  const button = `back:${record.callId}`;
  return (
    <li
      className={missed ? 'row row-missed' : 'row'}
      data-call-id={record.callId}
      data-direction={incoming ? 'incoming' : 'outgoing'}
      data-outcome={record.outcome ?? 'ongoing'}
    >
      <Avatar person={other} />
      <span className="row-text">
        <span className="row-name">{other.displayName}</span>
        <span className="row-detail">
          <Direction aria-hidden="true" />
          <span>
            {text}
            {' · '}
            <time dateTime={new Date(record.createdAtMs).toISOString()}>
              {whenWords(record.createdAtMs, Date.now())}
            </time>
          </span>
        </span>
      </span>
      <span className="row-actions">
        <IconButton
          label={`Call ${other.displayName} back`}
          icon={record.callType === 'video' ? Video : Phone}
          data-call-button={button}
          onClick={() => onCall(other, record.callType, button)}
        />
      </span>
    </li>
  );
}
