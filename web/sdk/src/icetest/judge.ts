import type { IceServerResult, IceTest, IceTrouble, IceVerdict } from '../api.js';

/** One server over one transport. */
export interface Target {
  readonly url: string;
  readonly kind: 'stun' | 'turn';
  readonly transport: 'udp' | 'tcp' | 'tls';
  readonly server: RTCIceServer;
}

/** A candidate, as far as it says something of the network. */
export interface Found {
  readonly type: string;
  readonly address: string | null;
  readonly port: number | null;
  readonly relatedAddress: string | null;
  readonly relatedPort: number | null;
}

/** What came of asking one server. */
export interface Gathering {
  readonly candidates: readonly Found[];
  readonly errorCodes: readonly number[];
  /** Until the first candidate of the kind that was asked for. */
  readonly gatheredMs: number | null;
  /** It has come to an end, by itself or by its time. */
  readonly over: boolean;
}

/** What came of sending through a relay; `null` fields where it did not get so far. */
export interface Relaying {
  readonly connected: boolean;
  readonly roundTripMs: number | null;
  readonly lossShare: number | null;
  readonly throughputBps: number | null;
}

export interface Observation {
  readonly target: Target;
  readonly gathering: Gathering | null;
  readonly relaying: Relaying | null;
}

export interface Observations {
  readonly servers: readonly Observation[];
  /** All servers over UDP together, asked from the same port. */
  readonly together: Gathering | null;
  readonly credentialsEndAtMs: number | null;
}

/** Pure: the servers one by one, each over its transport. RFC 7064 and 7065; what is no such URL is left out. */
export function targetsOf(servers: readonly RTCIceServer[]): Target[] {
  return servers.flatMap((server) =>
    [server.urls].flat().flatMap((url) => {
      const [, scheme, transport] = /^(stuns?|turns?):[^?]+(?:\?transport=(udp|tcp))?$/.exec(url) ?? [];
      if (scheme === undefined) return [];
      const kind = scheme.startsWith('turn') ? 'turn' : 'stun';
      const way = scheme.endsWith('s') ? 'tls' : transport === 'tcp' ? 'tcp' : 'udp';
      return [{ url, kind, transport: way, server: { ...server, urls: url } } as const];
    }),
  );
}

/** Pure: what can be said so far. */
export function judge({ servers, together, credentialsEndAtMs }: Observations): IceTest {
  const results = servers.map(resultOf);
  const candidates = [
    ...servers.flatMap(({ gathering }) => gathering?.candidates ?? []),
    ...(together?.candidates ?? []),
  ];
  // A relay's own address says where it relays to, and nothing of the way to it; Firefox tells it twice.
  const reached = [
    ...candidates.map(({ type, address, relatedAddress }) =>
      type === 'srflx' ? address : type === 'relay' && relatedAddress !== address ? relatedAddress : null,
    ),
    ...results.flatMap(({ state, url }) => (state === 'works' ? [addressIn(url)] : [])),
    ...servers.flatMap(ownAddresses),
  ];
  const nat = natOf(together, results);
  return {
    verdict: verdictOf(results, nat),
    servers: results,
    nat,
    ipv4: reached.some((address) => address !== null && isIpv4(address)),
    ipv6: reached.some((address) => address !== null && isIpv6(address)),
    hidesAddresses: candidates.some(({ address }) => address?.endsWith('.local')),
    credentialsEndAtMs: servers.some(({ target }) => target.server.credential !== undefined)
      ? credentialsEndAtMs
      : null,
  };
}

function resultOf(observation: Observation): IceServerResult {
  const { target, gathering, relaying } = observation;
  const { url, kind, transport } = target;
  const wanted = kind === 'turn' ? 'relay' : 'srflx';
  const found = gathering?.candidates.some(({ type }) => type === wanted) === true;
  const nothing = { state: 'testing', trouble: null, errorCode: null } as const;
  const result = {
    url,
    kind,
    transport,
    gatheredMs: gathering?.gatheredMs ?? null,
    roundTripMs: relaying?.roundTripMs ?? null,
    lossShare: relaying?.lossShare ?? null,
    throughputBps: relaying?.throughputBps ?? null,
  };
  if (found && kind === 'stun') return { ...result, ...nothing, state: 'works' };
  if (found && relaying === null) return { ...result, ...nothing };
  if (found) return { ...result, ...nothing, ...(relaying?.connected ? { state: 'works' } : fails('no_media', null)) };
  if (gathering === null || !gathering.over) return { ...result, ...nothing };
  if (ownAddresses(observation).length > 0) return { ...result, ...nothing, state: 'works' };
  const errorCode = mostTelling(gathering.errorCodes);
  return { ...result, ...fails(errorCode === null ? 'unreachable' : troubleOf(errorCode), errorCode) };
}

function fails(trouble: IceTrouble, errorCode: number | null) {
  return { state: 'fails', trouble, errorCode } as const;
}

/** RFC 8656, section 19; 701 is the browser's own: no answer, or none that it could use. */
export function troubleOf(code: number): IceTrouble {
  switch (code) {
    case 701:
      return 'unreachable';
    case 401:
    case 438:
    case 441:
      return 'credentials';
    case 403:
      return 'forbidden';
    case 437:
      return 'mismatch';
    case 486:
    case 508:
      return 'full';
    case 440:
    case 442:
    case 443:
      return 'unsupported';
    case 300:
    case 400:
    case 420:
    case 500:
      return 'refused';
    default:
      return 'other';
  }
}

/** A server's own word says more than a browser's that there was none, which comes for each interface. */
function mostTelling(codes: readonly number[]): number | null {
  return codes.find((code) => code !== 701) ?? codes[0] ?? null;
}

/**
 * Without a NAT, what a STUN server sees is the host's own address, which browsers do not tell twice: these addresses stand
 * for its answer. A server of the other version of IP was not asked at all, and that is no error to browsers either.
 */
function ownAddresses({ target, gathering }: Observation): string[] {
  if (target.kind !== 'stun' || !gathering?.over || gathering.gatheredMs !== null || gathering.errorCodes.length > 0)
    return [];
  const server = addressIn(target.url);
  return gathering.candidates.flatMap(({ type, address }) => {
    if (type !== 'host' || address === null || !isPublic(address)) return [];
    return server === null || isIpv4(server) === isIpv4(address) ? [address] : [];
  });
}

/**
 * Which port the router gives to one port of this device, for each of several destinations. RFC 4787, section 4.1: an
 * endpoint-independent mapping shows the same one to all.
 */
function natOf(together: Gathering | null, results: readonly IceServerResult[]): IceTest['nat'] {
  if (together === null || !together.over) return 'unknown';
  const hosts = together.candidates.filter(({ type }) => type === 'host');
  const mapped = together.candidates.filter(({ type }) => type === 'srflx');
  if (
    mapped.some(({ address, port, relatedAddress, relatedPort }) => address === relatedAddress && port === relatedPort)
  ) {
    return 'none';
  }
  if ([isIpv4, isIpv6].some((isOfFamily) => isPortEach(mapped.filter(({ address }) => isOfFamily(address ?? '')))))
    return 'port_each';
  if (mapped.length === 0)
    return hosts.some(({ address }) => address !== null && isPublic(address)) ? 'none' : 'unknown';
  const asked = new Set(results.filter(isUdpThatWorks).map(({ url }) => hostOf(url)));
  return asked.size > 1 ? 'one_port' : 'unknown';
}

/** A call tries every way out: one router that keeps a port for all is enough, whatever those of other interfaces do. */
function isPortEach(mapped: readonly Found[]): boolean {
  // Where addresses are hidden, so is the port; there is then one way out for each family.
  const hasAnother = (one: Found) =>
    mapped.some(
      (other) =>
        other.relatedAddress === one.relatedAddress &&
        other.relatedPort === one.relatedPort &&
        (other.address !== one.address || other.port !== one.port),
    );
  return mapped.length > 0 && mapped.every(hasAnother);
}

function verdictOf(results: readonly IceServerResult[], nat: IceTest['nat']): IceVerdict {
  if (results.length === 0) return 'no_servers';
  if (results.some(({ state }) => state === 'testing')) return 'testing';
  const relays = results.filter(({ kind, state }) => kind === 'turn' && state === 'works');
  const udp = results.some(isUdpThatWorks);
  if (relays.length === 0) return udp ? 'no_relay' : 'blocked';
  if (udp) return nat === 'port_each' ? 'strict_nat' : 'open';
  return relays.some(({ transport }) => transport === 'tcp') ? 'tcp_only' : 'tls_only';
}

function isUdpThatWorks({ transport, state }: IceServerResult): boolean {
  return transport === 'udp' && state === 'works';
}

/** Host and port, by which a router tells destinations apart. */
function hostOf(url: string): string {
  return url.replace(/^\w+:/, '').replace(/\?.*$/, '');
}

/** Where a URL has an address and not a name, RFC 7064; `null` for a name. */
function addressIn(url: string): string | null {
  const host = hostOf(url).replace(/^\[(.*)\].*$|:\d+$/, '$1');
  return isIpv4(host) || isIpv6(host) ? host : null;
}

/** `0.0.0.0` and `::` stand for an address that the browser hides. */
function isIpv4(address: string): boolean {
  return /^\d+\.\d+\.\d+\.\d+$/.test(address) && address !== '0.0.0.0';
}

function isIpv6(address: string): boolean {
  return address.includes(':') && address !== '::';
}

/** Not one that is used again in every home: RFC 1918, 6598, 4193, and what is local to a link. */
function isPublic(address: string): boolean {
  if (address.endsWith('.local')) return false;
  if (address.includes(':')) return !/^(f[cd]|fe80|::)/i.test(address);
  return (
    isIpv4(address) &&
    !/^(10\.|127\.|169\.254\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)/.test(
      address,
    )
  );
}
