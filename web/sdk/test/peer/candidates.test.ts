import { describe, expect, it } from 'vitest';
import { toAdd, toSend } from '../../src/peer/candidates.js';
import { candidates as policy } from '../../src/policy.js';

const gathered = (candidate: string, tcpType: RTCIceTcpCandidateType | null = null) =>
  ({ candidate, tcpType, sdpMid: '0', sdpMLineIndex: 0, usernameFragment: 'uf' }) as RTCIceCandidate;

describe('a gathered candidate', () => {
  it('arrives as it was gathered', () => {
    const sent = toSend(gathered('candidate:1 1 udp 1 192.0.2.1 9999 typ host'));
    expect(sent && toAdd(sent)).toEqual({
      candidate: 'candidate:1 1 udp 1 192.0.2.1 9999 typ host',
      sdpMid: '0',
      sdpMLineIndex: 0,
      usernameFragment: 'uf',
    });
  });

  it.each([
    ['opens TCP connections, which no browser takes', gathered('candidate:1 1 tcp 1 192.0.2.1 9 typ host', 'active')],
    ['ends one m-line', gathered('')],
    ['is longer than the protocol allows', gathered('c'.repeat(policy.maxChars + 1))],
  ])('stays here where it %s', (_, candidate) => {
    expect(toSend(candidate)).toBeNull();
  });

  it('leaves where TCP is waited on', () => {
    expect(toSend(gathered('candidate:1 1 tcp 1 192.0.2.1 4000 typ host', 'passive'))).not.toBeNull();
  });

  it('has an end, which is told', () => {
    expect(toSend(null)).toMatchObject({ candidate: '' });
  });
});
