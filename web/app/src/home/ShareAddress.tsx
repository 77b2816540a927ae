import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import { announce } from '../ui/announcer';
import { Button } from '../ui/Button';

/** The address to pass on. Browsers allow copying only on secure pages; elsewhere it can be selected. */
export function ShareAddress() {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(location.origin);
      setCopied(true);
      announce('Address copied');
    } catch {
      setCopied(false);
    }
  };
  return (
    <p className="share-address">
      <code>{location.origin}</code>
      {'clipboard' in navigator && (
        <Button onClick={copy}>
          {copied ? <Check aria-hidden="true" /> : <Copy aria-hidden="true" />}
          {copied ? 'Copied' : 'Copy address'}
        </Button>
      )}
    </p>
  );
}
