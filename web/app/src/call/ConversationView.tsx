import type { Call, CallSnapshot, Sightline } from '@sightline/sdk';
import { useEffect, useRef, useState } from 'react';
import { CallHead } from './CallHead';
import { Dock } from './Dock';
import { Gone } from './Gone';
import { Hints } from './hints/Hints';
import { HoldCard } from './hints/HoldCard';
import { SharingBar } from './hints/SharingBar';
import { isGroup, namesOf } from './namesOf';
import { ChatPanel } from './panels/ChatPanel';
import { PeoplePanel } from './panels/PeoplePanel';
import { useUnread } from './panels/useUnread';
import { PipWindow } from './pip/PipWindow';
import { usePictureInPicture } from './pip/usePictureInPicture';
import { Reactions } from './Reactions';
import { ReconnectingBanner } from './ReconnectingBanner';
import { RecordingBar } from './recording/RecordingBar';
import { RecordingDialog } from './recording/RecordingDialog';
import { useRecording } from './recording/useRecording';
import { stageOf } from './stageOf';
import { useFullScreen } from './useFullScreen';
import type { LayoutChoice } from './useLayout';
import { useMedia } from './useMedia';
import { useSharing } from './useSharing';
import { useShortcuts } from './useShortcuts';

interface Props {
  call: Call;
  sightline: Sightline;
  snapshot: CallSnapshot;
  layout: LayoutChoice;
  onProblem: () => void;
}

export type Panel = 'chat' | 'people';

/** While people talk, and while the line is being brought back. */
export function ConversationView({ call, sightline, snapshot, layout, onProblem }: Props) {
  const names = namesOf(snapshot);
  const [panel, setPanel] = useState<Panel | null>(null);
  const opener = useRef<HTMLElement | null>(null);
  const unread = useUnread(call, snapshot.chat, panel === 'chat');
  const sharing = useSharing(call);
  const recording = useRecording(call, snapshot);
  const pip = usePictureInPicture();
  const fullScreen = useFullScreen();
  // A panel then stands over everything.
  const covered = useMedia('(width < 900px)');

  const toggle = (next: Panel) => {
    if (panel === next) return closePanel();
    opener.current = document.activeElement instanceof HTMLElement ? document.activeElement : null;
    setPanel(next);
  };
  const closePanel = () => setPanel(null);
  // Only now may what the panel covered take the focus again.
  useEffect(() => {
    if (panel === null && opener.current?.isConnected) opener.current.focus();
  }, [panel]);
  const [shortcutsOn, setShortcutsOn] = useShortcuts(call, {
    c: () => toggle('chat'),
    s: sharing.toggle,
    f: fullScreen.toggle,
  });

  return (
    <>
      <div className="conversation" inert={panel !== null && covered}>
        <CallHead
          snapshot={snapshot}
          layout={layout}
          alone={stageOf(snapshot, layout.wanted).layout === 'one'}
          peopleOpen={panel === 'people'}
          onPeople={() => toggle('people')}
        />
        <div className="call-middle">
          <RecordingBar snapshot={snapshot} control={recording} />
          {isGroup(snapshot) && <Gone snapshot={snapshot} />}
          {snapshot.screenStream && <SharingBar call={call} />}
          <Hints warnings={snapshot.warnings} />
          {sharing.trouble && (
            <p className="hint hint-words" role="status" data-sharing-trouble={sharing.trouble.reason}>
              {sharing.trouble.words}
            </p>
          )}
          {pip.words && (
            <p className="hint hint-words" role="status" data-pip-words="">
              {pip.words}
            </p>
          )}
          {snapshot.state === 'RECONNECTING' && <ReconnectingBanner call={call} snapshot={snapshot} name={names} />}
          {snapshot.onHold && <HoldCard call={call} names={names} />}
        </div>
        <Dock
          call={call}
          sightline={sightline}
          snapshot={snapshot}
          unread={unread}
          chatOpen={panel === 'chat'}
          sharing={sharing}
          recording={recording}
          pip={pip}
          fullScreen={fullScreen}
          shortcuts={[shortcutsOn, setShortcutsOn]}
          onChat={() => toggle('chat')}
          onProblem={onProblem}
        />
      </div>
      <Reactions call={call} />
      {recording.asking && <RecordingDialog snapshot={snapshot} control={recording} />}
      {panel === 'chat' && <ChatPanel call={call} chat={snapshot.chat} onClose={closePanel} />}
      {panel === 'people' && <PeoplePanel call={call} sightline={sightline} snapshot={snapshot} onClose={closePanel} />}
      {pip.window && <PipWindow target={pip.window} call={call} onBack={pip.close} />}
    </>
  );
}
