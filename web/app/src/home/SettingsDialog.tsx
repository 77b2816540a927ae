import type { Sightline } from '@sightline/sdk';
import { useState } from 'react';
import { PushSwitch } from '../push/PushSwitch';
import type { Push } from '../push/usePush';
import { Dialog } from '../ui/Dialog';
import { Switch } from '../ui/Switch';
import { type Setting, useSetting } from '../ui/settings';
import { ThemeChoice } from './ThemeChoice';

interface Props {
  sightline: Sightline;
  push: Push;
  onClose: () => void;
}

/** What this browser remembers of how the person wants it. Every change takes effect at once. */
export function SettingsDialog({ sightline, push, onClose }: Props) {
  const [pause, setPause] = useState(sightline.pauseVideoWhenHidden);
  return (
    <Dialog title="Settings" onClose={onClose}>
      <div className="settings" data-settings="">
        <div className="settings-row">
          <span aria-hidden="true">Theme</span>
          <ThemeChoice />
        </div>
        <SettingSwitch name="start_muted" label="Start calls with the microphone off" />
        <SettingSwitch name="start_camera_off" label="Start calls with the camera off" />
        <SettingSwitch
          name="always_lobby"
          label="Check camera and microphone before every call"
          hint="Otherwise only before the first call in this browser."
        />
        <Switch
          label="Pause my video while the page is hidden"
          hint="Your voice goes on, and the picture comes back when you do."
          checked={pause}
          onChange={(on) => {
            sightline.pauseVideoWhenHidden = on;
            setPause(on);
          }}
        />
        <PushSwitch push={push} />
      </div>
    </Dialog>
  );
}

function SettingSwitch({ name, label, hint }: { name: Setting; label: string; hint?: string }) {
  const [on, set] = useSetting(name);
  return <Switch label={label} checked={on} onChange={set} hint={hint} />;
}
