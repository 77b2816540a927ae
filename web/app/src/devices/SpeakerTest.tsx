import { Volume2 } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { announce } from '../ui/announcer';
import { Button } from '../ui/Button';
import { playTestSound, type Sounding } from './testSound';

type State = 'quiet' | 'playing' | 'failed';

/** Plays a short sound where calls will be heard. */
export function SpeakerTest({ speaker }: { speaker: string | null }) {
  const [state, setState] = useState<State>('quiet');
  const sounding = useRef<Sounding | null>(null);
  useEffect(() => () => sounding.current?.stop(), []);

  const play = () => {
    sounding.current?.stop();
    const sound = playTestSound(speaker);
    sounding.current = sound;
    setState('playing');
    announce('Playing a sound');
    sound.ended.then(
      () => sound === sounding.current && setState('quiet'),
      () => sound === sounding.current && setState('failed'),
    );
  };

  return (
    <div className="speaker-test" data-speaker-test={state}>
      <Button onClick={play}>
        <Volume2 aria-hidden="true" />
        Test the speaker
      </Button>
      <p role="status">
        {state === 'playing' && 'You should hear three notes.'}
        {state === 'failed' && 'The sound could not be played. Choose another speaker.'}
      </p>
    </div>
  );
}
