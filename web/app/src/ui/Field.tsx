import { type ComponentProps, type ReactNode, useId } from 'react';

interface Props extends ComponentProps<'input'> {
  label: string;
  error?: string | undefined;
  hint?: string;
  /** The name that tests and the server give to the field. */
  field: string;
  /** Stands inside the input's frame, at its end. */
  action?: ReactNode;
}

/** A labelled input whose hint and error are read out with it. */
export function Field({ label, error, hint, field, action, ...input }: Props) {
  const id = useId();
  const described = [error && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(' ');
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <div className="field-frame">
        <input {...input} id={id} aria-invalid={error ? true : undefined} aria-describedby={described || undefined} />
        {action}
      </div>
      {error && (
        <p className="field-error" id={`${id}-error`} data-field-error={field}>
          {error}
        </p>
      )}
      {hint && !error && (
        <p className="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}
