import { useEffect } from 'react';

const productName = 'Sightline';
const flashMs = 1000;

/**
 * The document's title while the component is on the page; `flash` alternates it with the product's name, and `count`
 * stands before it.
 */
export function useTitle(title: string | null, flash = false, count = 0): void {
  useEffect(() => {
    const counted = (words: string) => (count > 0 ? `(${count}) ${words}` : words);
    const full = counted(title === null ? productName : `${title} · ${productName}`);
    document.title = full;
    if (!flash) return restore;
    const timer = setInterval(() => {
      document.title = document.title === full ? counted(productName) : full;
    }, flashMs);
    return () => {
      clearInterval(timer);
      restore();
    };
  }, [title, flash, count]);
}

function restore() {
  document.title = productName;
}
