import type { Devices } from '@sightline/sdk';
import { DeviceNotice } from './DeviceNotice';
import { DeviceOffer } from './DeviceOffer';

/** What has happened to the devices, above whatever is on the screen. */
export function DeviceNews({ devices }: { devices: Devices }) {
  return (
    <div className="device-news">
      <DeviceNotice devices={devices} />
      <DeviceOffer devices={devices} />
    </div>
  );
}
