import type { Sightline } from '@sightline/sdk';
import { AccountPages } from './account/AccountPages';
import { useAccount } from './account/useAccount';
import { Announcer } from './ui/announcer';
import { Button } from './ui/Button';
import { Mark } from './ui/Mark';
import { Spinner } from './ui/Spinner';
import { SightlineProvider } from './ui/sightline';
import { Workspace } from './Workspace';

export function App({ sightline }: { sightline: Sightline }) {
  return (
    <SightlineProvider value={sightline}>
      <Announcer />
      <Screen sightline={sightline} />
    </SightlineProvider>
  );
}

function Screen({ sightline }: { sightline: Sightline }) {
  const { state, setMe, ask } = useAccount(sightline);
  switch (state.status) {
    case 'loading':
      return (
        <main className="message-page" data-screen="loading" aria-busy="true">
          <Mark size={48} />
          <Spinner />
          <h1 className="visually-hidden">Sightline is starting</h1>
        </main>
      );
    case 'unreachable':
      return (
        <main className="message-page" data-screen="unreachable">
          <Mark size={48} />
          <h1>Sightline can’t be reached</h1>
          <p>Check your internet connection. If others have the same trouble, the server may be down for a moment.</p>
          <Button look="primary" onClick={ask}>
            Try again
          </Button>
        </main>
      );
    case 'signed_out':
      return <AccountPages sightline={sightline} onSignedIn={setMe} />;
    case 'signed_in':
      return <Workspace sightline={sightline} me={state.me} onSignedOut={() => setMe(null)} key={state.me.personId} />;
  }
}
