/** A home's or an office's router, with a network of its own behind it. */
export interface RouterKind {
  /**
   * `cone`: a mapping keeps its port for every destination; `symmetric`: each destination gets another port; `none`: there
   * is IPv6, where hosts have public addresses, and no IPv4.
   */
  nat: 'cone' | 'symmetric' | 'none';
  /** What it lets out; everything by default. Answers always come back. */
  passes?: 'everything' | 'tcp' | 'tcp-443';
}

export interface Topology {
  /** One line for a list. */
  summary: string;
  routers: Readonly<Record<string, RouterKind>>;
  /** The routers that the caller is connected to, one interface each; the first is the default way out. */
  caller: readonly string[];
  /** Likewise the callee. */
  callee: readonly string[];
}

/** Every network that a call can be tried in. */
export const topologies: Readonly<Record<string, Topology>> = {
  lan: {
    summary: 'both in one network',
    routers: { home: { nat: 'cone' } },
    caller: ['home'],
    callee: ['home'],
  },
  cone: {
    summary: 'each behind a NAT that keeps ports',
    routers: { left: { nat: 'cone' }, right: { nat: 'cone' } },
    caller: ['left'],
    callee: ['right'],
  },
  symmetric: {
    summary: 'each behind a NAT with another port for every destination',
    routers: { left: { nat: 'symmetric' }, right: { nat: 'symmetric' } },
    caller: ['left'],
    callee: ['right'],
  },
  'udp-blocked': {
    summary: 'each behind a router that drops UDP',
    routers: { left: { nat: 'cone', passes: 'tcp' }, right: { nat: 'cone', passes: 'tcp' } },
    caller: ['left'],
    callee: ['right'],
  },
  'tls-only': {
    summary: 'each behind a router that lets out TCP to port 443 and nothing else',
    routers: { left: { nat: 'cone', passes: 'tcp-443' }, right: { nat: 'cone', passes: 'tcp-443' } },
    caller: ['left'],
    callee: ['right'],
  },
  'ipv6-one-side': {
    summary: 'the caller has IPv6 only, the callee IPv4 only',
    routers: { left: { nat: 'none' }, right: { nat: 'cone' } },
    caller: ['left'],
    callee: ['right'],
  },
  'two-interfaces': {
    summary: 'the callee has two interfaces behind different NATs, the caller a symmetric one',
    routers: { left: { nat: 'symmetric' }, wifi: { nat: 'symmetric' }, mobile: { nat: 'cone' } },
    caller: ['left'],
    callee: ['wifi', 'mobile'],
  },
  'two-interfaces-each': {
    summary: 'each has two interfaces behind different NATs',
    routers: {
      home: { nat: 'cone' },
      field: { nat: 'symmetric' },
      wifi: { nat: 'cone' },
      mobile: { nat: 'symmetric' },
    },
    caller: ['home', 'field'],
    callee: ['wifi', 'mobile'],
  },
};
