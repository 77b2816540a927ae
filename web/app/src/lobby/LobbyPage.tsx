import type { CallType, Me, Sightline } from '@sightline/sdk';
import { Mic, MicOff, Network, Phone, Video, VideoOff } from 'lucide-react';
import { useState } from 'react';
import { listWords } from '../call/namesOf';
import { DeviceMenu } from '../devices/DeviceMenu';
import { Button } from '../ui/Button';
import { PageHead } from '../ui/PageHead';
import { Switch } from '../ui/Switch';
import { startIntents } from '../ui/settings';
import { LevelMeter } from './LevelMeter';
import { Mirror } from './Mirror';
import { ProblemCards } from './ProblemCards';
import { usePreview } from './usePreview';

/** Whom the lobby leads to; `null` when one only looks at one's devices. */
export interface Destination {
  readonly people: readonly { readonly personId: string; readonly displayName: string }[];
  readonly type: CallType;
}

/** The heading, and the title of the page. */
export const headingOf = (to: Destination | null) =>
  to ? `Call ${listWords(to.people.map((person) => person.displayName))}` : 'Check your devices';

interface Props {
  sightline: Sightline;
  me: Me;
  to: Destination | null;
  onStart: (intents: { camera: boolean; microphone: boolean }) => void;
  onBack: () => void;
  onCheckNetwork: () => void;
}

/** A look in the mirror: camera, microphone and speaker before a call, or at any time. */
export function LobbyPage({ sightline, me, to, onStart, onBack, onCheckNetwork }: Props) {
  const video = to?.type !== 'audio';
  const [start] = useState(() => {
    const wanted = to ? startIntents() : { camera: true, microphone: true };
    return { microphone: wanted.microphone, camera: video && wanted.camera };
  });
  const { preview, snapshot } = usePreview(sightline.devices, start);
  const heading = headingOf(to);

  const microphoneOn = snapshot?.microphoneOn ?? start.microphone;
  const cameraOn = snapshot?.cameraOn ?? start.camera;
  const problems = (snapshot?.problems ?? []).filter(({ device }) => video || device === 'microphone');
  const heard = microphoneOn && !problems.some(({ device }) => device === 'microphone');

  return (
    <main className="lobby" data-screen="lobby" data-lobby={to ? to.type : 'check'}>
      <PageHead title={heading} onBack={onBack} />
      <div className="lobby-columns">
        <div className="lobby-picture">
          <Mirror me={me} snapshot={snapshot} video={video} />
          <ProblemCards problems={problems} pending={snapshot?.pending ?? true} onRetry={() => preview?.retry()} />
        </div>
        <section className="panel lobby-panel" aria-labelledby="lobby-devices">
          <h2 id="lobby-devices">{to ? 'How you join' : 'Your devices'}</h2>
          <div className="lobby-switches">
            <div className="lobby-switch">
              {microphoneOn ? <Mic aria-hidden="true" /> : <MicOff aria-hidden="true" />}
              <Switch label="Microphone on" checked={microphoneOn} onChange={(on) => preview?.setMicrophone(on)} />
            </div>
            <LevelMeter preview={preview} on={heard} />
            <p className="device-note">
              {heard ? 'Say something: the bar moves when your microphone works.' : 'Others will not hear you.'}
            </p>
            {video && (
              <div className="lobby-switch">
                {cameraOn ? <Video aria-hidden="true" /> : <VideoOff aria-hidden="true" />}
                <Switch label="Camera on" checked={cameraOn} onChange={(on) => preview?.setCamera(on)} />
              </div>
            )}
          </div>
          <div className="lobby-actions">
            {to ? (
              <Button look="primary" onClick={() => onStart({ camera: cameraOn, microphone: microphoneOn })}>
                {video ? <Video aria-hidden="true" /> : <Phone aria-hidden="true" />}
                Start call
              </Button>
            ) : (
              <>
                <Button look="primary" onClick={onBack}>
                  Done
                </Button>
                <Button onClick={onCheckNetwork}>
                  <Network aria-hidden="true" />
                  Check your network
                </Button>
              </>
            )}
          </div>
          <DeviceMenu devices={sightline.devices} camera={video} />
        </section>
      </div>
    </main>
  );
}
