import type { Call, CallSnapshot, Sightline } from '@sightline/sdk';
import { MessageSquare } from 'lucide-react';
import { CameraControl, HandControl, HangUpControl, MicrophoneControl } from './controls';
import { MoreMenu } from './menus/MoreMenu';
import { ReactMenu } from './menus/ReactMenu';
import { ShareMenu } from './menus/ShareMenu';
import type { PictureInPicture } from './pip/usePictureInPicture';
import { RoundButton } from './RoundButton';
import type { RecordingControl } from './recording/useRecording';
import type { FullScreen } from './useFullScreen';
import type { ScreenSharing } from './useSharing';

export interface DockProps {
  call: Call;
  sightline: Sightline;
  snapshot: CallSnapshot;
  unread: number;
  chatOpen: boolean;
  sharing: ScreenSharing;
  recording: RecordingControl;
  pip: PictureInPicture;
  fullScreen: FullScreen;
  shortcuts: readonly [on: boolean, setOn: (on: boolean) => void];
  onChat: () => void;
  onProblem: () => void;
}

/** One row of controls. Where it is too narrow for all, those marked `dock-wide` stand in the menu "More" instead. */
export function Dock(props: DockProps) {
  const { call, snapshot, unread, chatOpen, sharing, shortcuts, onChat, onProblem } = props;
  return (
    <div className="dock-area">
      {!snapshot.microphoneOn && shortcuts[0] && (
        <p className="talk-hint" aria-hidden="true">
          Hold <kbd>Space</kbd> to talk
        </p>
      )}
      <div className="dock">
        <MicrophoneControl call={call} snapshot={snapshot} onProblem={onProblem} />
        <CameraControl call={call} snapshot={snapshot} onProblem={onProblem} />
        <span className="dock-wide">
          <ShareMenu snapshot={snapshot} sharing={sharing} />
          <HandControl call={call} snapshot={snapshot} />
          <ReactMenu call={call} />
          <RoundButton
            label={unread > 0 ? `Chat, ${unread} unread` : 'Chat'}
            text="Chat"
            icon={MessageSquare}
            tone={chatOpen ? 'off' : 'plain'}
            badge={unread}
            aria-expanded={chatOpen}
            aria-keyshortcuts="C"
            data-control="chat"
            onClick={onChat}
          />
        </span>
        <MoreMenu {...props} />
        <HangUpControl call={call} />
      </div>
    </div>
  );
}
