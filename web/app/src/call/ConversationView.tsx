import type { Call, CallSnapshot, RemotePeer } from '@sightline/sdk';
import { CameraControl, HandControl, HangUpControl, MicrophoneControl } from './controls';
import { Duration } from './Duration';
import { otherOf } from './otherOf';
import { QualityPopover } from './QualityPopover';
import { ReconnectingBanner } from './ReconnectingBanner';
import { RemoteMarks } from './RemoteMarks';
import { ShortcutsPopover } from './ShortcutsPopover';
import { useShortcuts } from './useShortcuts';

interface Props {
  call: Call;
  snapshot: CallSnapshot;
  remote: RemotePeer | null;
}

/** While two people talk, and while the line is being brought back. */
export function ConversationView({ call, snapshot, remote }: Props) {
  const other = otherOf(snapshot);
  const [shortcutsOn, setShortcutsOn] = useShortcuts(call);
  return (
    <div className="conversation">
      <header className="call-head">
        <div className="call-who">
          <h1>{other.displayName}</h1>
          <p>
            {snapshot.connectedAtMs !== null && <Duration sinceMs={snapshot.connectedAtMs} />}
            {remote && <RemoteMarks remote={remote} callType={snapshot.callType} />}
          </p>
        </div>
        <ShortcutsPopover on={shortcutsOn} onChange={setShortcutsOn} />
        <QualityPopover quality={snapshot.quality} stats={snapshot.stats} />
      </header>
      {snapshot.state === 'RECONNECTING' && (
        <ReconnectingBanner call={call} snapshot={snapshot} name={other.displayName} />
      )}
      <div className="dock-area">
        {!snapshot.microphoneOn && shortcutsOn && (
          <p className="talk-hint" aria-hidden="true">
            Hold <kbd>Space</kbd> to talk
          </p>
        )}
        <div className="dock">
          <MicrophoneControl call={call} snapshot={snapshot} />
          <CameraControl call={call} snapshot={snapshot} />
          <HandControl call={call} snapshot={snapshot} />
          <HangUpControl call={call} />
        </div>
      </div>
    </div>
  );
}
