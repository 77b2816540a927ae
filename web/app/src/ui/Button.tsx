import type { ComponentProps } from 'react';
import { Spinner } from './Spinner';

interface Props extends ComponentProps<'button'> {
  look?: 'primary' | 'plain' | 'quiet';
  /** Shows that the press is being worked on; further presses do nothing. */
  busy?: boolean;
}

/** A button with words. It keeps the focus while busy, which a disabled one would lose. */
export function Button({ look = 'plain', busy = false, onClick, children, className = '', ...rest }: Props) {
  return (
    <button
      type="button"
      {...rest}
      className={`button button-${look} ${className}`}
      aria-disabled={busy || undefined}
      onClick={(event) => {
        if (busy) event.preventDefault();
        else onClick?.(event);
      }}
    >
      {busy && <Spinner />}
      {children}
    </button>
  );
}
