import type { Me, ServiceState, Sightline } from '@sightline/sdk';
import { PhoneCall } from 'lucide-react';
import { useRecordings } from '../recordings/useRecordings';
import { Button } from '../ui/Button';
import type { OnCall, OnRecording, OnRejoin, OnReport } from './HomePage';
import { ListEmpty, ListFailed, ListSkeleton } from './ListState';
import { MissedBadge } from './MissedBadge';
import { RecentCallRow } from './RecentCallRow';
import { useRecentCalls } from './useRecentCalls';

/** As many as can belong to the calls that are listed, and some. */
const listedRecordings = 50;

interface Props {
  sightline: Sightline;
  service: ServiceState;
  me: Me;
  missed: number;
  callsEnded: number;
  onCall: OnCall;
  onRejoin: OnRejoin;
  onReport: OnReport;
  onRecording: OnRecording;
  onRecordings: (button: string) => void;
  onEveryCall: (button: string) => void;
}

export function RecentCalls(props: Props) {
  const { sightline, service, me, missed, callsEnded, onCall, onRejoin, onReport, onRecording } = props;
  const { state, reload } = useRecentCalls(sightline, service, callsEnded, missed);
  const { recordings } = useRecordings(sightline, service, listedRecordings);
  const shown = state.status === 'ready' && state.data.length === 0 ? 'empty' : state.status;
  return (
    <section className="panel panel-recent" aria-labelledby="recent-title" data-recent-state={shown}>
      <div className="panel-head">
        <h2 id="recent-title">Recent calls</h2>
        <MissedBadge count={missed} />
        {me.isOperator && (
          <Button look="quiet" data-call-button="every-call" onClick={() => props.onEveryCall('every-call')}>
            Everybody
          </Button>
        )}
        <Button look="quiet" data-call-button="recordings" onClick={() => props.onRecordings('recordings')}>
          Recordings
        </Button>
      </div>
      {state.status === 'loading' && <ListSkeleton label="Loading recent calls…" rows={3} />}
      {state.status === 'failed' && <ListFailed what="Recent calls" onRetry={reload} />}
      {state.status === 'ready' && state.data.length > 0 && (
        <ul className="rows" aria-labelledby="recent-title">
          {state.data.map((record) => (
            <RecentCallRow
              key={record.callId}
              record={record}
              selfId={me.personId}
              onCall={onCall}
              onRejoin={onRejoin}
              onReport={onReport}
              recordingId={recordings?.find((one) => one.callId === record.callId)?.recordingId ?? null}
              onRecording={onRecording}
            />
          ))}
        </ul>
      )}
      {shown === 'empty' && (
        <ListEmpty icon={<PhoneCall aria-hidden="true" />} title="No calls yet">
          <p>Your calls will be listed here, also those you missed.</p>
        </ListEmpty>
      )}
    </section>
  );
}
