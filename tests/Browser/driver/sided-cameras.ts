import type { Person } from './person';

/**
 * Fake cameras look to no side. From its next load on, this person's page has a front camera, the first and the system's
 * choice, and a back camera, the third. Their pictures are the browser's own; the front one is narrower, as on many phones.
 */
export async function hasCamerasOfTwoSides({ page }: Person): Promise<void> {
  await page.evaluateOnNewDocument(giveSides);
}

/** Width by height of what arrives at another side. */
export const frontRatio = 4 / 3;
export const backRatio = 16 / 9;

/** What each side's camera is called. */
export const frontCamera = 'fake_device_0';
export const backCamera = 'fake_device_2';

/** Runs in the page before its own scripts. */
function giveSides(): void {
  const { mediaDevices } = navigator;
  if (!mediaDevices) return;
  const sides: Record<string, string> = { fake_device_0: 'user', fake_device_2: 'environment' };

  const capabilitiesOf = InputDeviceInfo.prototype.getCapabilities;
  InputDeviceInfo.prototype.getCapabilities = function () {
    const side = sides[this.label];
    return { ...capabilitiesOf.call(this), ...(side && { facingMode: [side] }) };
  };

  const settingsOf = MediaStreamTrack.prototype.getSettings;
  MediaStreamTrack.prototype.getSettings = function () {
    const side = sides[this.label];
    return { ...settingsOf.call(this), ...(side && { facingMode: side }) };
  };

  const capture = mediaDevices.getUserMedia.bind(mediaDevices);
  mediaDevices.getUserMedia = async (constraints = {}) => {
    const { video } = constraints;
    if (typeof video !== 'object' || video.deviceId) return capture(constraints);
    const { facingMode, ...rest } = video as { facingMode?: ConstrainDOMStringParameters };
    const side = facingMode?.exact ?? facingMode?.ideal ?? 'user';
    const camera = (await mediaDevices.enumerateDevices()).find(({ label }) => sides[label] === side);
    if (camera === undefined) throw new OverconstrainedError('facingMode');
    const narrow = side === 'user' && { width: { exact: 640 }, height: { exact: 480 } };
    return capture({ ...constraints, video: { ...rest, ...narrow, deviceId: { exact: camera.deviceId } } });
  };
}
