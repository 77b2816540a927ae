import type { LucideIcon } from 'lucide-react';
import {
  Circle,
  CircleStop,
  Ellipsis,
  Hand,
  Maximize,
  MessageSquare,
  Minimize,
  Pause,
  PictureInPicture2,
  ScreenShareOff,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { DeviceMenu } from '../../devices/DeviceMenu';
import { EffectsMenu } from '../../effects/EffectsMenu';
import { Popover } from '../../ui/Popover';
import type { DockProps } from '../Dock';
import { RoundButton } from '../RoundButton';
import { ReactChoice } from './ReactMenu';
import { ShareChoice } from './ShareMenu';
import { Shortcuts } from './Shortcuts';

/** What is needed now and then; on narrow screens also what the row has no room for. */
export function MoreMenu(props: DockProps) {
  const { call, sightline, snapshot, unread, sharing, recording, pip, fullScreen, onChat } = props;
  return (
    <Popover
      title="More"
      trigger={(trigger) => (
        <RoundButton
          {...trigger}
          label={unread > 0 ? `More, ${unread} unread` : 'More'}
          text="More"
          icon={Ellipsis}
          badge={unread}
          className="round-more"
          data-control="more"
        />
      )}
    >
      {(close) => {
        const item = (icon: LucideIcon, words: string, act: () => void, key?: string) => (
          <Item
            icon={icon}
            shortcut={key}
            onClick={() => {
              close();
              act();
            }}
          >
            {words}
          </Item>
        );
        return (
          <div className="more">
            <div className="menu dock-narrow">
              {item(MessageSquare, unread > 0 ? `Chat (${unread} unread)` : 'Chat', onChat, 'C')}
              {item(
                Hand,
                snapshot.handRaised ? 'Lower hand' : 'Raise hand',
                () => call.setHand(!snapshot.handRaised),
                'H',
              )}
              <ReactChoice call={call} onDone={close} />
              <h3>Share your screen</h3>
              {snapshot.screenStream ? (
                item(ScreenShareOff, 'Stop sharing', sharing.toggle, 'S')
              ) : (
                <ShareChoice
                  onShare={(content) => {
                    close();
                    sharing.share(content);
                  }}
                />
              )}
              <h3>View</h3>
            </div>
            <div className="menu">
              {item(PictureInPicture2, pip.on ? 'Close the small window' : 'Picture in picture', pip.toggle)}
              {fullScreen.possible &&
                item(
                  fullScreen.on ? Minimize : Maximize,
                  fullScreen.on ? 'Leave full screen' : 'Full screen',
                  fullScreen.toggle,
                  'F',
                )}
              {item(
                snapshot.recording ? CircleStop : Circle,
                snapshot.recording ? 'Stop recording' : 'Record this call',
                recording.toggle,
              )}
              {!snapshot.onHold && item(Pause, 'Put on hold', () => call.setHold(true))}
            </div>
            <h3>Devices</h3>
            <DeviceMenu devices={sightline.devices} />
            <h3>Sound and picture</h3>
            <EffectsMenu call={call} />
            <h3>Keyboard shortcuts</h3>
            <Shortcuts shortcuts={props.shortcuts} />
          </div>
        );
      }}
    </Popover>
  );
}

interface ItemProps {
  icon: LucideIcon;
  shortcut: string | undefined;
  onClick: () => void;
  children: ReactNode;
}

function Item({ icon: Icon, shortcut, onClick, children }: ItemProps) {
  return (
    <button type="button" className="menu-item" aria-keyshortcuts={shortcut} onClick={onClick}>
      <Icon aria-hidden="true" />
      <span>{children}</span>
      {shortcut && (
        <span className="menu-key" aria-hidden="true">
          {shortcut}
        </span>
      )}
    </button>
  );
}
