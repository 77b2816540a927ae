import type { Call, Me, ServiceState, Sightline } from '@sightline/sdk';
import { lazy, Suspense, useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { useHash } from './account/useHash';
import { CallLayer } from './call/CallLayer';
import { namesOf } from './call/namesOf';
import { otherOf } from './call/otherOf';
import { useCallDesk } from './call/useCallDesk';
import { DeviceNews } from './devices/DeviceNews';
import { HomePage, type OnCall } from './home/HomePage';
import { useMissedCalls } from './home/useMissedCalls';
import { type Destination, headingOf, LobbyPage } from './lobby/LobbyPage';
import { useCallLink } from './push/useCallLink';
import { lobbyComesFirst, rememberLobbySeen, startIntents } from './ui/settings';
import { useTitle } from './ui/useTitle';

const EveryCallPage = lazy(() => import('./report/EveryCallPage'));
const NetworkPage = lazy(() => import('./network/NetworkPage'));
const RecordingPage = lazy(() => import('./recordings/RecordingPage'));
const RecordingsPage = lazy(() => import('./recordings/RecordingsPage'));
const ReportPage = lazy(() => import('./report/ReportPage'));

interface Props {
  sightline: Sightline;
  me: Me;
  onSignedOut: () => void;
}

/** What a signed-in person sees: home, the lobby, or a call; and over all of them, whoever rings. */
export function Workspace({ sightline, me, onSignedOut }: Props) {
  const service = useService(sightline);
  const missed = useMissedCalls(sightline);
  const { desk, current, busy, ringing, notice, callsEnded } = useCallDesk(sightline);
  const [lobby, setLobby] = useState<{ readonly to: Destination | null } | null>(null);
  const lastPressed = useRef<string | null>(null);
  const rings = ringing[0];
  const hash = useHash();
  const report = /^report=([\w-]{1,64})$/.exec(hash)?.[1] ?? null;
  const recording = /^recording=([\w-]{1,64})$/.exec(hash)?.[1] ?? null;
  const named = hash === 'network' || hash === 'recordings' || hash === 'calls' ? hash : null;
  const page = named ?? (report ? 'report' : recording ? 'recording' : null);

  useEffect(() => {
    sightline.connect();
    return () => sightline.disconnect();
  }, [sightline]);

  useCallLink(
    ringing,
    useCallback(
      (call: Call) => {
        const { camera, microphone } = startIntents();
        desk.answer(call, { video: call.snapshot.callType === 'video' && camera, microphone });
      },
      [desk],
    ),
  );

  // Whoever answers or calls has left the lobby.
  useEffect(() => {
    if (current) setLobby(null);
  }, [current]);

  useTitle(
    rings
      ? `${otherOf(rings.snapshot).displayName} is calling`
      : current
        ? `Call with ${namesOf(current.snapshot)}`
        : lobby
          ? headingOf(lobby.to)
          : page
            ? pageTitles[page]
            : null,
    rings !== undefined,
    missed,
  );

  const onCall: OnCall = (people, type, button) => {
    lastPressed.current = button;
    if (lobbyComesFirst()) {
      setLobby({ to: { people, type } });
      return;
    }
    const { camera, microphone } = startIntents();
    desk.start(people, type, { camera: type === 'video' && camera, microphone });
  };

  return (
    <>
      {!current && !lobby && page === 'network' && (
        <Suspense>
          <NetworkPage sightline={sightline} onBack={leavePage} />
        </Suspense>
      )}
      {!current && !lobby && report && (
        <Suspense>
          <ReportPage
            key={report}
            sightline={sightline}
            me={me}
            callId={report}
            onBack={() => {
              location.hash = lastPressed.current === 'every-call' ? 'calls' : '';
            }}
          />
        </Suspense>
      )}
      {!current && !lobby && page === 'calls' && (
        <Suspense>
          <EveryCallPage sightline={sightline} me={me} onBack={leavePage} />
        </Suspense>
      )}
      {!current && !lobby && page === 'recordings' && (
        <Suspense>
          <RecordingsPage sightline={sightline} me={me} service={service} onBack={leavePage} />
        </Suspense>
      )}
      {!current && !lobby && recording && (
        <Suspense>
          <RecordingPage
            key={recording}
            sightline={sightline}
            me={me}
            recordingId={recording}
            onBack={() => {
              // To where one came from: a row of recent calls, or the list.
              location.hash = lastPressed.current?.startsWith('recording:') ? '' : 'recordings';
            }}
          />
        </Suspense>
      )}
      {!current && !lobby && !page && (
        <HomePage
          sightline={sightline}
          me={me}
          service={service}
          notice={notice}
          callsEnded={callsEnded}
          focusFirst={lastPressed.current}
          onDismissNotice={() => desk.dismissNotice()}
          onCall={onCall}
          onRejoin={(record, button) => {
            lastPressed.current = button;
            desk.rejoin(record);
          }}
          onReport={(callId, button) => {
            lastPressed.current = button;
            location.hash = `report=${callId}`;
          }}
          onRecording={(recordingId, button) => {
            lastPressed.current = button;
            location.hash = `recording=${recordingId}`;
          }}
          onRecordings={(button) => {
            lastPressed.current = button;
            location.hash = 'recordings';
          }}
          onEveryCall={(button) => {
            lastPressed.current = button;
            location.hash = 'calls';
          }}
          onCheckDevices={(button) => {
            lastPressed.current = button;
            setLobby({ to: null });
          }}
          onSignedOut={onSignedOut}
        />
      )}
      {!current && lobby && (
        <LobbyPage
          sightline={sightline}
          me={me}
          to={lobby.to}
          onCheckNetwork={() => {
            setLobby(null);
            location.hash = 'network';
          }}
          onBack={() => setLobby(null)}
          onStart={(intents) => {
            rememberLobbySeen();
            if (lobby.to) desk.start(lobby.to.people, lobby.to.type, intents);
          }}
        />
      )}
      <CallLayer
        sightline={sightline}
        desk={desk}
        onReturn={(call) => {
          // Whoever was called by the other has no button to come back to.
          if (call.snapshot.direction === 'incoming') lastPressed.current = null;
        }}
      />
      {(busy || lobby) && <DeviceNews devices={sightline.devices} />}
    </>
  );
}

const pageTitles = {
  network: 'Check your network',
  calls: 'Calls of everybody',
  report: 'Report of a call',
  recordings: 'Recordings',
  recording: 'Recording of a call',
} as const;

/** Home has no part behind the `#`. */
function leavePage() {
  location.hash = '';
}

function useService(sightline: Sightline): ServiceState {
  const subscribe = useCallback((listener: () => void) => sightline.onService(listener), [sightline]);
  return useSyncExternalStore(subscribe, () => sightline.service);
}
