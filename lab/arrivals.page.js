// Runs in a page during a call: notes ten times a second whether sound and picture arrive, and what changes around them.
// Times are Date.now(), which all processes of a machine share.
(() => {
  const intervalMs = 100;
  /** A shorter silence is no interruption that a person notices. */
  const gapMs = 500;
  /** Of a beep; silence has none. */
  const audibleEnergy = 0.001;
  /** Enough for a minute of trouble. */
  const maxChanges = 400;

  const arrivals = () => ({ lastMs: Date.now(), gaps: /** @type {import('./arrivals').Gap[]} */ ([]) });
  /** @type {import('./arrivals').Seen} */
  const seen = { audio: arrivals(), video: arrivals(), soundAtMs: 0, changes: [] };
  /** @type {WeakMap<RTCPeerConnection, Map<string, number>>} */
  const before = new WeakMap();
  let lookedAtMs = Date.now();
  /** @type {Map<string, string>} */
  const last = new Map();

  const note = (/** @type {string} */ what, /** @type {string} */ value) => {
    if (last.get(what) === value) return;
    last.set(what, value);
    if (seen.changes.length < maxChanges) seen.changes.push({ atMs: Date.now(), what, value });
  };

  const arrived = (/** @type {'audio' | 'video'} */ kind, /** @type {number} */ nowMs) => {
    const media = seen[kind];
    // A page that stood still has not looked, and says nothing of what came meanwhile.
    const silentMs = lookedAtMs - media.lastMs + Math.min(nowMs - lookedAtMs, 2 * intervalMs);
    if (silentMs >= gapMs) media.gaps.push({ fromMs: media.lastMs, toMs: nowMs });
    media.lastMs = nowMs;
  };

  const look = async (/** @type {RTCPeerConnection} */ connection) => {
    const counts = before.get(connection) ?? new Map();
    before.set(connection, counts);
    const report = await connection.getStats();
    const nowMs = Date.now();
    const entries = [...report.values()];
    for (const { type, id, kind, framesDecoded = 0, packetsReceived = 0, totalAudioEnergy = 0 } of entries) {
      if (type !== 'inbound-rtp') continue;
      if (kind === 'audio' && totalAudioEnergy > (counts.get('energy') ?? 0) + audibleEnergy) {
        seen.soundAtMs = nowMs;
        counts.set('energy', totalAudioEnergy);
      }
      const count = kind === 'video' ? framesDecoded : packetsReceived;
      if (count > (counts.get(id) ?? 0)) arrived(kind, nowMs);
      counts.set(id, count);
    }
    const transport = entries.find(({ type }) => type === 'transport');
    const pair =
      report.get(transport?.selectedCandidatePairId ?? '') ??
      entries.find(({ type, selected }) => type === 'candidate-pair' && selected);
    const words = (/** @type {string} */ id) => {
      const { candidateType = '?', protocol = '?', relayProtocol, address = '' } = report.get(id) ?? {};
      return `${candidateType}/${relayProtocol ?? protocol} ${address}`;
    };
    note('pair', pair ? `${words(pair.localCandidateId)} – ${words(pair.remoteCandidateId)}` : 'none');
  };

  const surroundings = () => {
    const screen = document.querySelector('[data-call-state]');
    note('call', screen?.getAttribute('data-call-state') ?? 'none');
    note('reason', screen?.getAttribute('data-end-reason') ?? 'none');
    // Why it does not work, and what to try: on the last screen, or while it is still being tried.
    const told = [...document.querySelectorAll('[data-call-state="ENDED"] .ended > p:not([class]), [data-advice]')];
    note('told', told.map(({ textContent }) => textContent?.trim() ?? '').join(' ') || 'nothing');
    note('browser', navigator.onLine ? 'online' : 'offline');
    note('sockets', String(window.probe.open().sockets));
    const states = [...window.probe.connections].map(
      ({ connectionState, iceConnectionState, iceGatheringState, signalingState }) =>
        `${connectionState}, ice ${iceConnectionState}, gathering ${iceGatheringState}, signalling ${signalingState}`,
    );
    note('connections', states.join(' | ') || 'none');
  };

  window.arrivals = { seen };
  void (async () => {
    for (;;) {
      surroundings();
      await Promise.all([...window.probe.connections].map((connection) => look(connection).catch(() => undefined)));
      lookedAtMs = Date.now();
      await new Promise((resolve) => setTimeout(resolve, intervalMs));
    }
  })();
})();
