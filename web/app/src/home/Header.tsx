import type { Me, Sightline } from '@sightline/sdk';
import { LogOut } from 'lucide-react';
import { useState } from 'react';
import { Avatar } from '../ui/Avatar';
import { IconButton } from '../ui/IconButton';
import { Mark } from '../ui/Mark';
import { ThemeChoice } from './ThemeChoice';

interface Props {
  sightline: Sightline;
  me: Me;
  onSignedOut: () => void;
}

export function Header({ sightline, me, onSignedOut }: Props) {
  const [failed, setFailed] = useState(false);
  const signOut = () => {
    setFailed(false);
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
      <ThemeChoice />
      <IconButton label="Sign out" icon={LogOut} onClick={signOut} />
      {failed && (
        <p role="alert" className="header-problem">
          You could not be signed out. Check your connection and try again.
        </p>
      )}
    </header>
  );
}
