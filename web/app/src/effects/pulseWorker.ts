addEventListener('message', ({ data: delayMs }: MessageEvent<number>) => {
  setTimeout(() => postMessage(null), delayMs);
});
