import type { Warning } from '@sightline/sdk';
import { MicOff, TriangleAlert, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { announce } from '../../ui/announcer';
import { IconButton } from '../../ui/IconButton';

const words: Readonly<Record<Warning, string>> = {
  speaking_while_muted: 'You are muted. Turn your microphone on to be heard.',
  microphone_silent: 'Your microphone delivers no sound. Check its own switch, or choose another one under “More”.',
  not_recorded: 'Your part of this call is not recorded: the server cannot take it from this browser.',
  camera_frozen: 'Your camera’s picture stands still. Turn the camera off and on, or choose another one under “More”.',
};

/** What the person would not notice by themselves, as long as it lasts or until it is put away. */
export function Hints({ warnings }: { warnings: readonly Warning[] }) {
  const [dismissed, setDismissed] = useState<readonly Warning[]>([]);
  const shown = warnings.filter((warning) => !dismissed.includes(warning));
  const spoken = shown.map((warning) => words[warning]).join(' ');
  useEffect(() => {
    if (spoken) announce(spoken);
  }, [spoken]);
  // A warning that comes back is a new one.
  useEffect(() => {
    setDismissed((before) => (before.every(isIn(warnings)) ? before : before.filter(isIn(warnings))));
  }, [warnings]);
  return shown.map((warning) => {
    const Icon = warning === 'speaking_while_muted' ? MicOff : TriangleAlert;
    return (
      <div className="hint" key={warning} data-warning={warning}>
        <Icon aria-hidden="true" />
        <p>{words[warning]}</p>
        <IconButton label="Dismiss" icon={X} onClick={() => setDismissed([...dismissed, warning])} />
      </div>
    );
  });
}

const isIn = (warnings: readonly Warning[]) => (warning: Warning) => warnings.includes(warning);
