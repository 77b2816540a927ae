/** As much of a media stream as the screens touch; jsdom has none. */
export function fakeStream(): MediaStream {
  return Object.assign(new EventTarget(), { getTracks: () => [] }) as unknown as MediaStream;
}
