import { Eye, EyeOff } from 'lucide-react';
import { type ComponentProps, useState } from 'react';
import { Field } from '../ui/Field';

type Props = Omit<ComponentProps<typeof Field>, 'type' | 'label' | 'field' | 'action'>;

export function PasswordField(props: Props) {
  const [shown, setShown] = useState(false);
  const Icon = shown ? EyeOff : Eye;
  return (
    <Field
      {...props}
      field="password"
      label="Password"
      type={shown ? 'text' : 'password'}
      autoCapitalize="none"
      spellCheck={false}
      action={
        <button type="button" className="icon-button" onClick={() => setShown(!shown)}>
          <Icon aria-hidden="true" />
          <span className="visually-hidden">{shown ? 'Hide password' : 'Show password'}</span>
        </button>
      }
    />
  );
}
