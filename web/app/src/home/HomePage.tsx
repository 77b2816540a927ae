import type { CallType, Me, ServiceState, Sightline } from '@sightline/sdk';
import { History, Users } from 'lucide-react';
import { type RefObject, useEffect, useRef, useState } from 'react';
import type { RingNotice } from '../call/callDesk';
import { Header } from './Header';
import { Notice } from './Notice';
import { PeopleList } from './PeopleList';
import { RecentCalls } from './RecentCalls';
import { ServiceBanner } from './ServiceBanner';

export type OnCall = (
  person: { readonly personId: string; readonly displayName: string },
  type: CallType,
  /** Which button was pressed; it gets the focus back after the call. */
  button: string,
) => void;

interface Props {
  sightline: Sightline;
  me: Me;
  service: ServiceState;
  notice: RingNotice | null;
  callsEnded: number;
  /** The button that began the call one comes back from. */
  focusFirst: string | null;
  onCall: OnCall;
  onDismissNotice: () => void;
  onSignedOut: () => void;
}

export function HomePage(props: Props) {
  const { sightline, me, service, notice, onCall } = props;
  const [tab, setTab] = useState<'people' | 'recent'>(props.focusFirst?.startsWith('back:') ? 'recent' : 'people');
  const page = useRef<HTMLDivElement>(null);
  useFocusOnReturn(page, props.focusFirst);

  const reconnect = () => {
    sightline.disconnect();
    sightline.connect();
  };

  return (
    <div className="home" data-screen="home" data-tab={tab} ref={page}>
      <Header sightline={sightline} me={me} onSignedOut={props.onSignedOut} />
      <ServiceBanner service={service} onConnect={reconnect} onSignIn={props.onSignedOut} />
      <main className="home-columns">
        <PeopleList sightline={sightline} service={service} onCall={onCall} />
        <RecentCalls sightline={sightline} service={service} me={me} callsEnded={props.callsEnded} onCall={onCall} />
      </main>
      <nav className="home-tabs" aria-label="Lists">
        <button type="button" aria-current={tab === 'people'} onClick={() => setTab('people')}>
          <Users aria-hidden="true" />
          People
        </button>
        <button type="button" aria-current={tab === 'recent'} onClick={() => setTab('recent')}>
          <History aria-hidden="true" />
          Recent
        </button>
      </nav>
      {notice && <Notice notice={notice} onCall={onCall} onDismiss={props.onDismissNotice} />}
    </div>
  );
}

/** The lists load first; the focus is only moved while nobody else has taken it. */
function useFocusOnReturn(page: RefObject<HTMLElement | null>, button: string | null) {
  const wanted = useRef(button);
  useEffect(() => {
    const root = page.current;
    if (!root || !wanted.current) return;
    const observer = new MutationObserver(tryFocus);
    function tryFocus() {
      const buttons = [...(root?.querySelectorAll<HTMLElement>('[data-call-button]') ?? [])];
      const target = buttons.find((candidate) => candidate.dataset.callButton === wanted.current);
      const free = document.activeElement === document.body || document.activeElement === null;
      if (target && free) target.focus();
      if (target || !free) observer.disconnect();
    }
    observer.observe(root, { childList: true, subtree: true });
    tryFocus();
    return () => observer.disconnect();
  }, [page]);
}
