import { type ReactNode, useId } from 'react';

interface Props {
  label: string;
  /** Read out with the label. */
  hint?: ReactNode;
  checked: boolean;
  disabled?: boolean;
  /** Shows that the change is being worked on; further presses do nothing. */
  busy?: boolean;
  onChange: (on: boolean) => void;
}

/** A checkbox that looks like what it does: it takes effect at once. */
export function Switch({ label, hint, checked, disabled = false, busy = false, onChange }: Props) {
  const id = useId();
  return (
    <div className="switch-block">
      <label className="switch">
        {label}
        <input
          type="checkbox"
          checked={checked}
          disabled={disabled}
          aria-busy={busy || undefined}
          aria-describedby={hint ? id : undefined}
          onChange={(event) => !busy && onChange(event.target.checked)}
        />
      </label>
      {hint && (
        <p className="switch-hint" id={id}>
          {hint}
        </p>
      )}
    </div>
  );
}
