// Runs in a page beside its own scripts: notes what it sends, and how long each picture of the other side stays.
(() => {
  const everyMs = 250;
  const telling = ['outbound-rtp', 'remote-inbound-rtp', 'candidate-pair', 'transport'];
  const sent = [];
  const gaps = [];
  const freezeMs = 500;
  let last = null;
  /** From one picture to the next. */
  let usualMs = 50;
  let timer;
  let video;

  const look = async () => {
    const [connection] = window.probe.connections;
    if (connection === undefined) return;
    const reports = [...(await connection.getStats()).values()].filter(({ type }) => telling.includes(type));
    sent.push({ atMs: Date.now(), reports: structuredClone(reports) });
  };

  /** A page that is busy sees pictures late, but is told how many there were: what they took is no freeze. */
  const shown = (_, { presentationTime, presentedFrames }) => {
    const atMs = performance.timeOrigin + presentationTime;
    if (last !== null && presentedFrames > last.presentedFrames) {
      const pictures = presentedFrames - last.presentedFrames;
      const forMs = atMs - last.atMs;
      const stoodMs = forMs - (pictures - 1) * usualMs;
      if (stoodMs > freezeMs) gaps.push({ atMs: last.atMs, forMs: stoodMs });
      else usualMs += (Math.min(forMs / pictures, freezeMs) - usualMs) / 10;
    }
    last = { atMs, presentedFrames };
    video.requestVideoFrameCallback(shown);
  };

  window.watch = {
    sending() {
      timer = setInterval(look, everyMs);
    },
    pictures() {
      video = document.querySelector('video[data-remote]');
      video.requestVideoFrameCallback(shown);
    },
    end() {
      clearInterval(timer);
      // The last picture may still stand.
      const forMs = last === null ? 0 : performance.timeOrigin + performance.now() - last.atMs;
      if (forMs > freezeMs) gaps.push({ atMs: last.atMs, forMs });
      return { sent, gaps };
    },
  };
})();
