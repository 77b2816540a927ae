import type { CallRecord } from '@sightline/sdk';
import {
  ChartNoAxesColumn,
  Clapperboard,
  Phone,
  PhoneCall,
  PhoneIncoming,
  PhoneMissed,
  PhoneOutgoing,
  Video,
} from 'lucide-react';
import { Avatar } from '../ui/Avatar';
import { Button } from '../ui/Button';
import { IconButton } from '../ui/IconButton';
import { GroupAvatar } from './GroupAvatar';
import type { OnCall, OnRecording, OnRejoin, OnReport } from './HomePage';
import { RowDetail } from './RowDetail';
import { recentRow } from './recentRow';

interface Props {
  record: CallRecord;
  selfId: string;
  onCall: OnCall;
  onRejoin: OnRejoin;
  onReport: OnReport;
  /** The last recording of this call; `null` when there is none. */
  recordingId: string | null;
  onRecording: OnRecording;
}

export function RecentCallRow(props: Props) {
  const { record, selfId, onCall, onRejoin, onReport, recordingId, onRecording } = props;
  const { others, names, text, each, missed, incoming, canRejoin, hasReport } = recentRow(record, selfId);
  const [only] = others;
  if (!only) return null;
  const running = record.outcome === null;
  const Direction = running ? PhoneCall : missed ? PhoneMissed : incoming ? PhoneIncoming : PhoneOutgoing;
  const button = `back:${record.callId}`;
  return (
    <li
      className={`row${missed ? ' row-missed' : ''}${running ? ' row-running' : ''}`}
      data-call-id={record.callId}
      data-direction={incoming ? 'incoming' : 'outgoing'}
      data-outcome={record.outcome ?? 'ongoing'}
    >
      {others.length > 1 ? <GroupAvatar people={others} /> : <Avatar person={only} />}
      <span className="row-text">
        <span className="row-name">{names}</span>
        <RowDetail text={text} atMs={record.createdAtMs} icon={<Direction aria-hidden="true" />} />
        {each && (
          <span className="row-each" data-outcomes="">
            {each}
          </span>
        )}
      </span>
      <span className="row-actions">
        {recordingId && (
          <IconButton
            label={`Recording of the call with ${names}`}
            icon={Clapperboard}
            data-call-button={`recording:${record.callId}`}
            onClick={() => onRecording(recordingId, `recording:${record.callId}`)}
          />
        )}
        {hasReport && (
          <IconButton
            label={`Report of the call with ${names}`}
            icon={ChartNoAxesColumn}
            data-call-button={`report:${record.callId}`}
            onClick={() => onReport(record.callId, `report:${record.callId}`)}
          />
        )}
        {canRejoin ? (
          <Button
            look="primary"
            aria-label={`Rejoin the call with ${names}`}
            data-call-button={button}
            onClick={() => onRejoin(record, button)}
          >
            Rejoin
          </Button>
        ) : (
          !running && (
            <IconButton
              label={`Call ${names} back`}
              icon={record.callType === 'video' ? Video : Phone}
              data-call-button={button}
              onClick={() => onCall(others, record.callType, button)}
            />
          )
        )}
      </span>
    </li>
  );
}
