import { ArrowLeft } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { Button } from './Button';

/** The way back and the title of a page, which takes the focus when the page opens. */
export function PageHead({ title, onBack }: { title: string; onBack: () => void }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <header className="page-head">
      <Button look="quiet" onClick={onBack}>
        <ArrowLeft aria-hidden="true" />
        Back
      </Button>
      <h1 ref={heading} tabIndex={-1}>
        {title}
      </h1>
    </header>
  );
}
