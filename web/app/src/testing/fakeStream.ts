/** As much of a media stream as the screens touch in jsdom, which has none; an empty one in a browser. */
export function fakeStream(): MediaStream {
  if (typeof MediaStream !== 'undefined') return new MediaStream();
  return Object.assign(new EventTarget(), { getTracks: () => [] }) as unknown as MediaStream;
}
