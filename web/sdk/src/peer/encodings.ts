import { bitrates } from '../policy.js';

/**
 * Pure: how a picture is sent (C6). To a receiver that can choose between sizes, three at once; otherwise one, within what
 * a mesh of that many people leaves for each.
 */
export function encodingsFor(to: {
  readonly choosesLayers: boolean;
  readonly people: number;
}): RTCRtpEncodingParameters[] {
  if (!to.choosesLayers) return [{ maxBitrate: to.people > 2 ? bitrates.groupBps : bitrates.pairBps }];
  const { h, m, l } = bitrates.layersBps;
  // The smallest first: browsers give up the last ones first when there is not enough for all.
  return [
    { rid: 'l', scaleResolutionDownBy: 4, maxBitrate: l },
    { rid: 'm', scaleResolutionDownBy: 2, maxBitrate: m },
    { rid: 'h', scaleResolutionDownBy: 1, maxBitrate: h },
  ];
}

/** Sets what `encodingsFor` says on what the sender has; a browser that cannot goes on as before. */
export function applyEncodings(sender: RTCRtpSender, wanted: readonly RTCRtpEncodingParameters[]): void {
  const parameters = sender.getParameters();
  // Firefox has none before the first negotiation.
  if (parameters.encodings === undefined || parameters.encodings.length === 0) return;
  for (const [index, encoding] of parameters.encodings.entries()) {
    const { rid: _, ...limits } = wanted.find((one) => one.rid === encoding.rid) ?? wanted[index] ?? {};
    Object.assign(encoding, limits);
  }
  sender.setParameters(parameters).catch(() => {});
}
