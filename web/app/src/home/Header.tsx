import type { Me, Sightline } from '@sightline/sdk';
import { LogOut, Settings, SlidersHorizontal } from 'lucide-react';
import { useState } from 'react';
import { turnPushOff } from '../push/pushClient';
import { Avatar } from '../ui/Avatar';
import { IconButton } from '../ui/IconButton';
import { Mark } from '../ui/Mark';

interface Props {
  sightline: Sightline;
  me: Me;
  onCheckDevices: () => void;
  onSettings: () => void;
  onSignedOut: () => void;
}

export function Header({ sightline, me, onCheckDevices, onSettings, onSignedOut }: Props) {
  const [failed, setFailed] = useState(false);
  const signOut = async () => {
    setFailed(false);
    // Whoever signs out is not to be rung here any more; while signed in, the server can still be told.
    await turnPushOff(sightline).catch(() => {});
    sightline.account.signOut().then(onSignedOut, () => setFailed(true));
  };
  return (
    <header className="header">
      <div className="header-brand">
        <Mark />
        <h1>Sightline</h1>
      </div>
      <div className="header-me">
        <Avatar person={me} size="small" />
        <span className="header-name">
          <span className="visually-hidden">Signed in as </span>
          {me.displayName}
        </span>
      </div>
      <IconButton
        label="Check your devices"
        icon={SlidersHorizontal}
        data-call-button="check-devices"
        onClick={onCheckDevices}
      />
      <IconButton label="Settings" icon={Settings} onClick={onSettings} />
      <IconButton label="Sign out" icon={LogOut} onClick={signOut} />
      {failed && (
        <p role="alert" className="header-problem">
          You could not be signed out. Check your connection and try again.
        </p>
      )}
    </header>
  );
}
