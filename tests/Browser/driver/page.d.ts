interface Probe {
  connections: Set<RTCPeerConnection>;
  marks: { type: string; atMs: number }[];
  mark(type: string): void;
  hold(): void;
  release(): void;
  open(): Record<string, number>;
}

interface Window {
  probe: Probe;
}
