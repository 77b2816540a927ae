/** One m-line. */
export interface Line {
  readonly kind: string;
  readonly sends: boolean;
  readonly stream: string | null;
  readonly codecs: readonly string[];
}

/** What a session description says here. Real ones are long, and these tests are about their order. */
export interface Sdp {
  readonly connection: number;
  readonly ufrag: string;
  /** Counts the descriptions of a connection. */
  readonly version: number;
  readonly lines: readonly Line[];
  /** Whether it names any: a description does of those that were gathered before it is read. */
  readonly candidates?: boolean;
}

/** With the few lines that the SDK reads itself, and the rest in the last one. */
export function write(sdp: Sdp): string {
  const lines = sdp.lines.map(({ kind, codecs }) => `m=${kind} ${codecs.length === 0 ? 0 : 9} UDP/TLS/RTP/SAVPF 96`);
  const origin = `o=- ${sdp.connection + 1_000} ${sdp.version} IN IP4 127.0.0.1`;
  return [origin, ...lines, JSON.stringify(sdp), ''].join('\r\n');
}

/** What `write` has written. */
export function read(sdp: string): Sdp {
  return JSON.parse(sdp.split('\r\n').at(-2) ?? '') as Sdp;
}
