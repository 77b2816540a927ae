import type { IceServerResult, IceTest, IceTrouble, IceVerdict } from '@sightline/sdk';

interface VerdictWords {
  readonly title: string;
  readonly detail: string;
  readonly look: 'fine' | 'fair' | 'bad' | 'wait';
}

const verdictWords: Readonly<Record<IceVerdict, VerdictWords>> = {
  testing: { title: 'Testing…', detail: 'This takes up to half a minute.', look: 'wait' },
  open: {
    title: 'Calls work here.',
    detail: 'Direct ways are open, and relays can be reached where the other side needs one.',
    look: 'fine',
  },
  strict_nat: {
    title: 'Calls work here, mostly through a relay.',
    detail:
      'The router gives every destination another port, so that a direct way is seldom found. Relays can be reached, and calls use them by themselves.',
    look: 'fine',
  },
  tcp_only: {
    title: 'Calls work here, but only through a relay over TCP.',
    detail:
      'UDP does not get out of this network. On a bad line, sound and picture will stop and start more than elsewhere. An administrator can help by letting UDP out to the relay.',
    look: 'fair',
  },
  tls_only: {
    title: 'Calls work here, but only through a relay over TLS.',
    detail:
      'This network lets out little more than web pages. On a bad line, sound and picture will stop and start more than elsewhere. An administrator can help by letting UDP out to the relay.',
    look: 'fair',
  },
  no_relay: {
    title: 'Calls work with some people only.',
    detail:
      'A direct way may be found, but no relay works: people in strict networks cannot be reached. The table says what each relay answers.',
    look: 'bad',
  },
  blocked: {
    title: 'Calls to other networks do not work here.',
    detail:
      'No STUN or TURN server answers. Try another network or without a VPN, or ask an administrator to let calls pass; the table says what was tried.',
    look: 'bad',
  },
  no_servers: {
    title: 'There is nothing to test.',
    detail: 'This server names no STUN or TURN servers. Calls work within one network.',
    look: 'fair',
  },
};

const onLoopback: VerdictWords = {
  title: 'This cannot be told here.',
  detail:
    'This page was opened at the computer’s own address (loopback), and so are its STUN and TURN servers. Open it at the address that the computer has in its network to test them; calls between windows of this computer need none of them.',
  look: 'fair',
};

/** What a network means for calls, in plain words. */
export function verdictOf({ verdict, servers }: IceTest): VerdictWords {
  const unknown = verdict === 'blocked' || verdict === 'no_relay';
  return unknown && servers.every(isOnLoopback) ? onLoopback : verdictWords[verdict];
}

/** At 127.0.0.0/8 or ::1, RFC 6890: the computer itself. */
function isOnLoopback({ url }: IceServerResult): boolean {
  return /^\w+:(localhost|127\.\d+\.\d+\.\d+|\[::1\])([:?]|$)/.test(url);
}

/** A relay that would send to its own computer would open that computer's programs to everybody who may use it. */
const loopbackWords: Partial<Record<IceTrouble, string>> = {
  unreachable: 'No answer. The server is on this computer, at an address (loopback) that some browsers do not ask.',
  no_media:
    'It gives out a relay, but refuses to relay to the computer that it runs on, which would open other programs there. There is no other way to try it from here.',
};

/** Browsers do not tell the one from the other. */
const untrusted =
  'No answer. The network here does not let it through, the server is down, or its certificate is not one that this browser trusts.';

const troubleWords: Readonly<Record<IceTrouble, string>> = {
  unreachable: 'No answer. The network here does not let it through, or the server is down.',
  credentials: 'The server does not accept the credentials. They are too old, or the server has another secret.',
  forbidden: 'The server does not want to relay for this address.',
  mismatch: 'The server has this connection in use already. It is usually over after a minute.',
  full: 'The server has no room for more relays now.',
  unsupported: 'The server does not relay over this transport or kind of address.',
  no_media: 'It gives out a relay, but nothing comes through it. A firewall may close its relay ports.',
  refused: 'The server could not make sense of the request.',
  other: 'The server refused.',
};

export const kindWords = ({ kind, transport }: IceServerResult): string =>
  kind === 'stun' ? 'Own address (STUN)' : `Relay over ${transport.toUpperCase()}`;

export function stateWords({ state, kind }: IceServerResult): string {
  if (state === 'testing') return 'Testing…';
  if (state === 'fails') return 'Does not work';
  return kind === 'turn' ? 'Carries media' : 'Answers';
}

/** Why, with the number that an administrator looks for; `null` where nothing is wrong. */
export function troubleOf(server: IceServerResult): string | null {
  const { trouble, errorCode } = server;
  if (trouble === null) return null;
  if (trouble === 'unreachable' && server.transport === 'tls') return withCode(untrusted, errorCode);
  const words = (isOnLoopback(server) ? loopbackWords[trouble] : undefined) ?? troubleWords[trouble];
  return withCode(words, errorCode);
}

function withCode(words: string, errorCode: number | null): string {
  return errorCode === null ? words : `${words} (${errorCode})`;
}

export function figureWords({ gatheredMs, roundTripMs, lossShare, throughputBps }: IceServerResult): string {
  const words = [
    roundTripMs !== null && `${Math.round(roundTripMs)} ms there and back`,
    roundTripMs === null && gatheredMs !== null && `answered in ${Math.round(gatheredMs)} ms`,
    lossShare !== null && `${Math.round(100 * lossShare)} % lost`,
    throughputBps !== null && `at least ${(throughputBps / 1_000_000).toFixed(1)} Mbit/s`,
  ];
  return words.filter((one) => one !== false).join(', ');
}

const natWords: Readonly<Record<IceTest['nat'], string>> = {
  none: 'None: this device has a public address',
  one_port: 'One port for all destinations: direct ways are found',
  port_each: 'Another port for each destination: relays are needed with others like it',
  unknown: 'Cannot be told from here',
};

/** Facts beside the servers, by name. */
export function factRows(test: IceTest, nowMs: number): readonly (readonly [name: string, value: string])[] {
  const families = [test.ipv4 && 'IPv4', test.ipv6 && 'IPv6'].filter((one) => one !== false);
  const unseen = test.servers.some(({ state }) => state === 'works') ? 'Cannot be told from here' : 'Nothing seen';
  return [
    ['Router (NAT)', natWords[test.nat]],
    ['Reaches servers by', families.join(' and ') || unseen],
    [
      'Addresses',
      test.hidesAddresses
        ? 'Hidden behind mDNS names until a call may use the microphone; within one network, some routers do not pass these on'
        : 'Not hidden from calls',
    ],
    ['Credentials', endWords(test.credentialsEndAtMs, nowMs)],
  ];
}

function endWords(endAtMs: number | null, nowMs: number): string {
  if (endAtMs === null) return 'None are needed';
  const minutes = Math.round((endAtMs - nowMs) / 60_000);
  if (minutes <= 0) return 'They have ended: is the clock of this device right?';
  return minutes < 120 ? `Good for ${minutes} min` : `Good for ${Math.round(minutes / 60)} h`;
}

/** Everything as text, to be sent to somebody who can help. It holds no address of this device. */
export function iceReport(test: IceTest, nowMs: number): string {
  const { title, detail } = verdictOf(test);
  const servers = test.servers.map((server) => {
    const more = [stateWords(server), troubleOf(server), figureWords(server)].filter(Boolean).join(' – ');
    return `- ${server.url}: ${more}`;
  });
  const facts = factRows(test, nowMs).map(([name, value]) => `${name}: ${value}`);
  return [`${title} ${detail}`, '', ...servers, '', ...facts, '', JSON.stringify(test)].join('\n');
}
