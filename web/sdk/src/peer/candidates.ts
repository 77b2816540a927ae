import { candidates as policy } from '../policy.js';
import type { Candidate } from '../protocol/messages.js';

/** What the other side is told of a gathered candidate, or of their end; `null` for one that it has no use for. */
export function toSend(candidate: RTCIceCandidate | null): Candidate | null {
  if (candidate === null) return { candidate: '', sdp_mid: '0', sdp_m_line_index: 0 };
  // Firefox ends each m-line with an empty candidate before the `null` that ends them all.
  if (candidate.candidate === '' || candidate.candidate.length > policy.maxChars) return null;
  // Pairs with a passive one only (RFC 6544, section 6.2), and no browser listens.
  if (candidate.tcpType === 'active') return null;
  return {
    candidate: candidate.candidate,
    sdp_mid: candidate.sdpMid,
    sdp_m_line_index: candidate.sdpMLineIndex,
    username_fragment: candidate.usernameFragment,
  };
}

export function toAdd(candidate: Candidate): RTCIceCandidateInit {
  return {
    candidate: candidate.candidate,
    sdpMid: candidate.sdp_mid ?? null,
    sdpMLineIndex: candidate.sdp_m_line_index ?? null,
    usernameFragment: candidate.username_fragment ?? null,
  };
}
