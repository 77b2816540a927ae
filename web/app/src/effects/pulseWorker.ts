addEventListener('message', ({ data: intervalMs }: MessageEvent<number>) => {
  setInterval(() => postMessage(null), intervalMs);
});
