import { useCallback, useEffect, useState } from 'react';
import { announce } from '../../ui/announcer';

/** https://wicg.github.io/document-picture-in-picture/; TypeScript does not know it yet. */
interface DocumentPictureInPicture {
  requestWindow(options: { width: number; height: number }): Promise<Window>;
}

export interface PictureInPicture {
  readonly on: boolean;
  /** The small window, where the browser has the kind that shows a document. */
  readonly window: Window | null;
  /** What stands in the way, for a while. */
  readonly words: string | null;
  toggle: () => void;
  close: () => void;
}

const size = { width: 380, height: 260 };
const shownMs = 10_000;

const noPicture = 'There is no picture yet that could stand in a small window.';
const failed = 'The browser did not open the small window. Press the button again.';
const byBrowser = /Firefox\//.test(navigator.userAgent)
  ? 'Point at the picture and press the button that Firefox shows on it: it opens the picture in a small window.'
  : 'This browser has no small window for calls.';

/** The call in a small window over all others: a document where the browser can, else the large video. */
export function usePictureInPicture(): PictureInPicture {
  const [window, setWindow] = useState<Window | null>(null);
  const [video, setVideo] = useState<HTMLVideoElement | null>(null);
  const [words, setWords] = useState<string | null>(null);

  useEffect(() => {
    if (!words) return;
    announce(words);
    const timer = setTimeout(() => setWords(null), shownMs);
    return () => clearTimeout(timer);
  }, [words]);

  useEffect(() => {
    if (!window) return;
    const gone = () => setWindow(null);
    window.addEventListener('pagehide', gone);
    return () => {
      window.removeEventListener('pagehide', gone);
      window.close();
    };
  }, [window]);

  useEffect(() => {
    if (!video) return;
    const gone = () => setVideo(null);
    video.addEventListener('leavepictureinpicture', gone);
    return () => {
      video.removeEventListener('leavepictureinpicture', gone);
      if (document.pictureInPictureElement === video) document.exitPictureInPicture().catch(() => {});
    };
  }, [video]);

  const close = useCallback(() => {
    setWindow(null);
    setVideo(null);
  }, []);

  const open = async () => {
    const documents = documentKind();
    if (documents) return setWindow(dressed(await documents.requestWindow(size)));
    if (!document.pictureInPictureEnabled) return setWords(byBrowser);
    const large = document.querySelector<HTMLVideoElement>('[data-featured] video, .remote video');
    if (!large || large.videoWidth === 0) return setWords(noPicture);
    await large.requestPictureInPicture();
    setVideo(large);
  };

  const on = window !== null || video !== null;
  return { on, window, words, close, toggle: on ? close : () => void open().catch(() => setWords(failed)) };
}

const documentKind = () =>
  (globalThis as { documentPictureInPicture?: DocumentPictureInPicture }).documentPictureInPicture;

/** The new window begins empty: it gets the page's styles and language. */
function dressed(target: Window): Window {
  for (const style of document.querySelectorAll('link[rel="stylesheet"], style')) {
    target.document.head.append(target.document.importNode(style, true));
  }
  target.document.documentElement.lang = document.documentElement.lang;
  target.document.title = document.title;
  return target;
}
