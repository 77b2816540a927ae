/** Retransmission and repair, which are no pictures by themselves but must stay in the list. */
const helpers = new Set(['rtx', 'red', 'ulpfec', 'flexfec-03']);

type Codec = Pick<RTCRtpCodec, 'mimeType'>;

/**
 * Pure: everything that the browser can, with the wanted codecs first, for `setCodecPreferences`. Nothing is left out: what
 * comes first is a wish, and the other side may not have it. Empty, which means the browser's own order, without a wish.
 */
export function preferred<C extends Codec>(wanted: readonly string[], able: readonly C[]): C[] {
  if (wanted.length === 0) return [];
  const rank = (codec: C): number => {
    const name = codec.mimeType.replace(/^video\//i, '');
    if (helpers.has(name.toLowerCase())) return wanted.length + 1;
    const index = wanted.findIndex((one) => one.toLowerCase() === name.toLowerCase());
    return index < 0 ? wanted.length : index;
  };
  if (!able.some((codec) => rank(codec) < wanted.length)) return [];
  return [...able].sort((a, b) => rank(a) - rank(b));
}

/** What this browser can receive. */
export function videoCodecs(): readonly RTCRtpCodec[] {
  return globalThis.RTCRtpReceiver?.getCapabilities?.('video')?.codecs ?? [];
}

/** Pure: whether an answer has refused the camera's m-line (RFC 8829, section 5.3.1), or has none. */
export function refusesVideo(answer: string): boolean {
  return !/^m=video [1-9]/m.test(answer.slice(Math.max(0, answer.search(/^m=video /m))).split(/\r?\n/, 1)[0] ?? '');
}

/** Pure: what the `o=` line calls this description, which is another for each new one of a connection; `null` without. */
export function versionOf(sdp: string | undefined): string | null {
  return /^o=\S+ (\S+ \S+) /m.exec(sdp ?? '')?.[1] ?? null;
}

/** Pure: the session id of the `o=` line (RFC 8866, section 5.2), which is another for each connection; `null` without. */
export function sessionOf(sdp: string): string | null {
  return /^o=\S+ (\S+) /m.exec(sdp)?.[1] ?? null;
}
