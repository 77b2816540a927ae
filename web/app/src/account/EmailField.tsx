import type { ComponentProps } from 'react';
import { Field } from '../ui/Field';

type Props = Omit<ComponentProps<typeof Field>, 'type' | 'label' | 'field' | 'name'>;

export function EmailField(props: Props) {
  return (
    <Field
      {...props}
      field="email"
      label="E-mail"
      type="email"
      name="email"
      autoComplete="username"
      inputMode="email"
    />
  );
}
