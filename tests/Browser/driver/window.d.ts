interface Probe {
  connections: Set<RTCPeerConnection>;
  sockets: Set<WebSocket>;
  /** Called whenever a connection becomes `connected`, with the page's own time. */
  onConnected: (atMs: number) => void;
  hold(): void;
  release(): void;
  open(): Record<string, number>;
}

interface Window {
  probe: Probe;
  readonly documentPictureInPicture?: { readonly window: Window | null };
}
