import { useEffect } from 'react';

const productName = 'Sightline';
const flashMs = 1000;

/** The document's title while the component is on the page; `flash` alternates it with the product's name. */
export function useTitle(title: string | null, flash = false): void {
  useEffect(() => {
    const full = title === null ? productName : `${title} · ${productName}`;
    document.title = full;
    if (!flash) return restore;
    const timer = setInterval(() => {
      document.title = document.title === full ? productName : full;
    }, flashMs);
    return () => {
      clearInterval(timer);
      restore();
    };
  }, [title, flash]);
}

function restore() {
  document.title = productName;
}
