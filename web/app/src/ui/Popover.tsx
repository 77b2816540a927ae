import { type ReactNode, type RefObject, useCallback, useEffect, useId, useRef, useState } from 'react';

interface TriggerProps {
  ref: RefObject<HTMLButtonElement | null>;
  'aria-haspopup': 'dialog';
  'aria-expanded': boolean;
  'aria-controls': string | undefined;
  onClick: () => void;
}

interface Props {
  title: string;
  trigger: (props: TriggerProps) => ReactNode;
  /** A function gets a way to close the panel, which gives the focus back to the button. */
  children: ReactNode | ((close: () => void) => ReactNode);
}

/** A small panel beside its button. Escape, a press elsewhere or leaving it with Tab closes it. */
export function Popover({ title, trigger, children }: Props) {
  const [open, setOpen] = useState(false);
  const id = useId();
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);

  const close = useCallback(() => {
    setOpen(false);
    button.current?.focus();
  }, []);

  useEffect(() => {
    if (!open) return;
    panel.current?.focus();
    const onPointerDown = (event: PointerEvent) => {
      if (event.target instanceof Node && !root.current?.contains(event.target)) setOpen(false);
    };
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      event.preventDefault();
      close();
    };
    document.addEventListener('pointerdown', onPointerDown);
    document.addEventListener('keydown', onKeyDown);
    return () => {
      document.removeEventListener('pointerdown', onPointerDown);
      document.removeEventListener('keydown', onKeyDown);
    };
  }, [open, close]);

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only watches the focus leave the panel inside it
    <div
      className="popover"
      ref={root}
      onBlur={(event) => {
        if (event.relatedTarget && !event.currentTarget.contains(event.relatedTarget)) setOpen(false);
      }}
    >
      {trigger({
        ref: button,
        'aria-haspopup': 'dialog',
        'aria-expanded': open,
        'aria-controls': open ? id : undefined,
        onClick: () => setOpen(!open),
      })}
      {open && (
        <div className="popover-panel">
          <div className="popover-content" id={id} ref={panel} role="dialog" aria-label={title} tabIndex={-1}>
            <h2>{title}</h2>
            {typeof children === 'function' ? children(close) : children}
          </div>
        </div>
      )}
    </div>
  );
}
