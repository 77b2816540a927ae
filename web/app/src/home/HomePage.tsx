import type { CallRecord, CallType, Me, ServiceState, Sightline } from '@sightline/sdk';
import { History, Users } from 'lucide-react';
import { type RefObject, useEffect, useRef, useState } from 'react';
import type { RingNotice } from '../call/callDesk';
import { PushCard } from '../push/PushCard';
import { usePush } from '../push/usePush';
import { GroupDialog } from './GroupDialog';
import { Header } from './Header';
import { MissedBadge } from './MissedBadge';
import { Notice } from './Notice';
import { PeopleList } from './PeopleList';
import { RecentCalls } from './RecentCalls';
import { ServiceBanner } from './ServiceBanner';
import { SettingsDialog } from './SettingsDialog';
import { useMarkSeen, useMissedCalls } from './useMissedCalls';
import { useNarrow } from './useNarrow';

export interface Callee {
  readonly personId: string;
  readonly displayName: string;
}

/** `button` is what was pressed; it gets the focus back after the call. */
export type OnCall = (people: readonly Callee[], type: CallType, button: string) => void;
export type OnRejoin = (record: CallRecord, button: string) => void;
export type OnReport = (callId: string, button: string) => void;
export type OnRecording = (recordingId: string, button: string) => void;

interface Props {
  sightline: Sightline;
  me: Me;
  service: ServiceState;
  notice: RingNotice | null;
  callsEnded: number;
  /** The button that began the call one comes back from. */
  focusFirst: string | null;
  onCall: OnCall;
  onRejoin: OnRejoin;
  onReport: OnReport;
  onRecording: OnRecording;
  onRecordings: (button: string) => void;
  onEveryCall: (button: string) => void;
  onCheckDevices: (button: string) => void;
  onDismissNotice: () => void;
  onSignedOut: () => void;
}

export function HomePage(props: Props) {
  const { sightline, me, service, notice, onCall } = props;
  const [tab, setTab] = useState<'people' | 'recent'>(
    /^(back:|report:|recording)/.test(props.focusFirst ?? '') ? 'recent' : 'people',
  );
  const [open, setOpen] = useState<'settings' | 'group' | null>(null);
  const page = useRef<HTMLDivElement>(null);
  const push = usePush(sightline);
  const missed = useMissedCalls(sightline);
  const narrow = useNarrow();
  useMarkSeen(sightline, missed, !narrow || tab === 'recent');
  useFocusOnReturn(page, props.focusFirst);

  const reconnect = () => {
    sightline.disconnect();
    sightline.connect();
  };

  return (
    <div className="home" data-screen="home" data-tab={tab} ref={page}>
      <Header
        sightline={sightline}
        me={me}
        onCheckDevices={() => props.onCheckDevices('check-devices')}
        onSettings={() => setOpen('settings')}
        onSignedOut={props.onSignedOut}
      />
      <ServiceBanner service={service} onConnect={reconnect} onSignIn={props.onSignedOut} />
      <main className="home-columns">
        <PushCard push={push} />
        <PeopleList sightline={sightline} service={service} onCall={onCall} onGroup={() => setOpen('group')} />
        <RecentCalls
          sightline={sightline}
          service={service}
          me={me}
          missed={missed}
          callsEnded={props.callsEnded}
          onCall={onCall}
          onRejoin={props.onRejoin}
          onReport={props.onReport}
          onRecording={props.onRecording}
          onRecordings={props.onRecordings}
          onEveryCall={props.onEveryCall}
        />
      </main>
      <nav className="home-tabs" aria-label="Lists">
        <button type="button" aria-current={tab === 'people'} onClick={() => setTab('people')}>
          <Users aria-hidden="true" />
          People
        </button>
        <button type="button" aria-current={tab === 'recent'} onClick={() => setTab('recent')}>
          <History aria-hidden="true" />
          Recent
          <span className="tab-badge" aria-hidden="true">
            <MissedBadge count={missed} />
          </span>
        </button>
      </nav>
      {open === 'settings' && <SettingsDialog sightline={sightline} push={push} onClose={() => setOpen(null)} />}
      {open === 'group' && (
        <GroupDialog
          sightline={sightline}
          service={service}
          onStart={(people, type) => onCall(people, type, 'group')}
          onClose={() => setOpen(null)}
        />
      )}
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
