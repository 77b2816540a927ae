import type { Me, Sightline } from '@sightline/sdk';
import { useState } from 'react';
import { Button } from '../ui/Button';
import { Field } from '../ui/Field';
import { useTitle } from '../ui/useTitle';
import { AccountCard } from './AccountCard';
import { checkSignUp } from './accountErrors';
import { EmailField } from './EmailField';
import { PasswordField } from './PasswordField';
import { useAccountForm } from './useAccountForm';

interface Props {
  sightline: Sightline;
  onSignedIn: (me: Me) => void;
}

export function SignUpPage({ sightline, onSignedIn }: Props) {
  const [displayName, setDisplayName] = useState('');
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const { form, problem, busy, onSubmit } = useAccountForm({
    check: () => checkSignUp({ email, password, displayName }),
    send: () => sightline.account.signUp({ email: email.trim(), password, displayName: displayName.trim() }),
    onDone: onSignedIn,
  });
  useTitle('Create an account');

  return (
    <AccountCard
      screen="sign-up"
      title="Create your account"
      subtitle="Then call anyone who is here."
      problem={problem.form}
      footer={
        <>
          Already have an account? <a href="#sign-in">Sign in</a>
        </>
      }
    >
      <form ref={form} onSubmit={onSubmit} noValidate>
        <Field
          label="Your name"
          field="display_name"
          name="name"
          autoComplete="name"
          value={displayName}
          onChange={(event) => setDisplayName(event.target.value)}
          hint="Others see it when you call."
          error={problem.fields.display_name}
        />
        <EmailField value={email} onChange={(event) => setEmail(event.target.value)} error={problem.fields.email} />
        <PasswordField
          name="password"
          autoComplete="new-password"
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          hint="At least 8 characters."
          error={problem.fields.password}
        />
        <Button look="primary" type="submit" busy={busy}>
          Create account
        </Button>
      </form>
    </AccountCard>
  );
}
