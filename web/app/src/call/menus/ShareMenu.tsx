import type { CallSnapshot } from '@sightline/sdk';
import { Clapperboard, FileText, ScreenShare, ScreenShareOff } from 'lucide-react';
import { Popover } from '../../ui/Popover';
import { RoundButton } from '../RoundButton';
import type { ScreenSharing } from '../useSharing';

interface Props {
  snapshot: CallSnapshot;
  sharing: ScreenSharing;
}

/** What the screen shows decides what must stay sharp; while sharing, the same button stops it. */
export function ShareMenu({ snapshot, sharing }: Props) {
  if (snapshot.screenStream) {
    return (
      <RoundButton
        label="Stop sharing"
        text="Stop sharing"
        icon={ScreenShareOff}
        tone="on"
        aria-keyshortcuts="S"
        data-control="share"
        onClick={sharing.toggle}
      />
    );
  }
  return (
    <Popover
      title="Share your screen"
      trigger={(props) => (
        <RoundButton
          {...props}
          label="Share screen"
          text="Share screen"
          icon={ScreenShare}
          aria-keyshortcuts="S"
          data-control="share"
        />
      )}
    >
      {(close) => (
        <ShareChoice
          onShare={(content) => {
            close();
            sharing.share(content);
          }}
        />
      )}
    </Popover>
  );
}

export function ShareChoice({ onShare }: { onShare: (content: 'text' | 'motion') => void }) {
  return (
    <div className="menu">
      <button type="button" className="menu-item" onClick={() => onShare('text')}>
        <FileText aria-hidden="true" />
        <span>
          Text and slides
          <small>Letters stay sharp</small>
        </span>
      </button>
      <button type="button" className="menu-item" onClick={() => onShare('motion')}>
        <Clapperboard aria-hidden="true" />
        <span>
          Film and motion
          <small>Movement stays smooth</small>
        </span>
      </button>
    </div>
  );
}
