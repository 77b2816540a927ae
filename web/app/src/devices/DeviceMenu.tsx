import type { Devices } from '@sightline/sdk';
import { SwitchCamera } from 'lucide-react';
import { Button } from '../ui/Button';
import { DeviceSelect } from './DeviceSelect';
import { SpeakerTest } from './SpeakerTest';
import { useDevices } from './useDevices';

interface Props {
  devices: Devices;
  /** Leaves out what a voice call has no use for. */
  camera?: boolean;
}

/** Camera, microphone and speaker; used from the moment they are chosen. Stands in a popover, a dialog or the lobby. */
export function DeviceMenu({ devices, camera = true }: Props) {
  const snapshot = useDevices(devices);
  return (
    <div className="device-menu" data-devices="">
      {camera && <DeviceSelect devices={devices} snapshot={snapshot} kind="camera" />}
      {camera && snapshot.canSwitchCamera && (
        <Button onClick={() => devices.switchCamera()}>
          <SwitchCamera aria-hidden="true" />
          Switch between front and back
        </Button>
      )}
      <DeviceSelect devices={devices} snapshot={snapshot} kind="microphone" />
      {snapshot.canChooseSpeaker ? (
        <DeviceSelect devices={devices} snapshot={snapshot} kind="speaker" />
      ) : (
        <p className="device-note">This browser plays calls on the speaker that the system has chosen.</p>
      )}
      <SpeakerTest speaker={snapshot.canChooseSpeaker ? snapshot.chosen.speaker : null} />
    </div>
  );
}
