import type { Device, DeviceKind, Devices, DevicesSnapshot } from '@sightline/sdk';
import { useId } from 'react';
import { deviceWords, kindWords } from './deviceWords';

interface Props {
  devices: Devices;
  snapshot: DevicesSnapshot;
  kind: DeviceKind;
}

const listOf = (snapshot: DevicesSnapshot, kind: DeviceKind): readonly Device[] =>
  ({ camera: snapshot.cameras, microphone: snapshot.microphones, speaker: snapshot.speakers })[kind];

/** Which camera, microphone or speaker is used. A chosen one that is unplugged stays chosen, and says so. */
export function DeviceSelect({ devices, snapshot, kind }: Props) {
  const id = useId();
  const list = listOf(snapshot, kind);
  const chosen = snapshot.chosen[kind];
  const away = chosen !== null && !list.some((device) => device.deviceId === chosen);
  const label = kindWords[kind];
  return (
    <div className="device-select">
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        data-device-kind={kind}
        value={chosen ?? ''}
        onChange={(event) => devices.choose(kind, event.target.value || null)}
      >
        <option value="">
          {list.length === 0 && !away ? `No ${label.toLowerCase()} found` : 'Chosen by the system'}
        </option>
        {list.map((device, index) => (
          <option key={device.deviceId} value={device.deviceId}>
            {deviceWords(device, index)}
          </option>
        ))}
        {away && <option value={chosen}>Not connected now</option>}
      </select>
    </div>
  );
}
