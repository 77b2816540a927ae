import type { Scope } from '../lifetime.js';
import { iceTest as policy } from '../policy.later.js';
import type { Runtime } from '../runtime.js';
import type { Found, Gathering } from './judge.js';

/** Asks these servers from one connection, and tells how far it has come. Resolves when it is over. */
export function gather(
  scope: Scope,
  runtime: Pick<Runtime, 'now'>,
  configuration: RTCConfiguration,
  wanted: 'relay' | 'srflx',
  progress: (gathering: Gathering) => void,
): Promise<Gathering> {
  const beganAtMs = runtime.now();
  let state: Gathering = { candidates: [], errorCodes: [], gatheredMs: null, over: false };
  const change = (next: Partial<Gathering>) => {
    state = { ...state, ...next };
    progress(state);
  };
  return new Promise((resolve) => {
    const end = () => {
      if (state.over) return;
      change({ over: true });
      scope.dispose();
      resolve(state);
    };
    const connection = scope.peerConnection(configuration);
    scope.own(end);
    scope.timer(end, policy.gatherTimeoutMs);
    scope.listen<RTCPeerConnectionIceEvent>(connection, 'icecandidate', ({ candidate }) => {
      if (candidate === null) end();
      // An empty one ends a section.
      else if (candidate.candidate !== '' && state.candidates.length < policy.maxCandidates) {
        const first = candidate.type === wanted && state.gatheredMs === null;
        change({
          candidates: [...state.candidates, foundOf(candidate)],
          gatheredMs: first ? runtime.now() - beganAtMs : state.gatheredMs,
        });
      }
    });
    scope.listen<RTCPeerConnectionIceErrorEvent>(connection, 'icecandidateerror', ({ errorCode }) => {
      if (state.errorCodes.length < policy.maxCandidates) change({ errorCodes: [...state.errorCodes, errorCode] });
    });
    connection.createDataChannel('probe');
    connection.setLocalDescription().catch(end);
  });
}

function foundOf({ type, address, port, relatedAddress, relatedPort }: RTCIceCandidate): Found {
  return { type: type ?? '', address: bare(address), port, relatedAddress: bare(relatedAddress), relatedPort };
}

/** Chromium writes IPv6 as in a URL. */
function bare(address: string | null): string | null {
  return address?.replace(/^\[|\]$/g, '') ?? null;
}
