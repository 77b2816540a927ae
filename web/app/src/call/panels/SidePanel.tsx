import { X } from 'lucide-react';
import { type ReactNode, useId } from 'react';
import { IconButton } from '../../ui/IconButton';

interface Props {
  title: string;
  onClose: () => void;
  children: ReactNode;
}

/** Beside the pictures, or over them on a phone. Escape closes it; what opens it gets the focus back. */
export function SidePanel({ title, onClose, children }: Props) {
  const id = useId();
  return (
    <section
      className="side-panel"
      aria-labelledby={id}
      data-panel={title.toLowerCase()}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.defaultPrevented) return;
        event.preventDefault();
        onClose();
      }}
    >
      <header className="side-head">
        <h2 id={id}>{title}</h2>
        <IconButton label={`Close ${title.toLowerCase()}`} icon={X} onClick={onClose} />
      </header>
      {children}
    </section>
  );
}
