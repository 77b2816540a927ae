import type { Me, Sightline } from '@sightline/sdk';
import { useState } from 'react';
import { Button } from '../ui/Button';
import { useTitle } from '../ui/useTitle';
import { AccountCard } from './AccountCard';
import { checkSignIn } from './accountErrors';
import { DemoLinks } from './DemoLinks';
import { EmailField } from './EmailField';
import { PasswordField } from './PasswordField';
import { useAccountForm } from './useAccountForm';

interface Props {
  sightline: Sightline;
  onSignedIn: (me: Me) => void;
}

export function SignInPage({ sightline, onSignedIn }: Props) {
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const { form, problem, busy, onSubmit } = useAccountForm({
    check: () => checkSignIn({ email, password }),
    send: () => sightline.account.signIn({ email: email.trim(), password }),
    onDone: onSignedIn,
  });
  useTitle('Sign in');

  return (
    <AccountCard
      screen="sign-in"
      title="Welcome back"
      subtitle="Sign in to see who is there."
      problem={problem.form}
      footer={
        <>
          New here? <a href="#sign-up">Create an account</a>
        </>
      }
    >
      <form ref={form} onSubmit={onSubmit} noValidate>
        <EmailField value={email} onChange={(event) => setEmail(event.target.value)} error={problem.fields.email} />
        <PasswordField
          name="password"
          autoComplete="current-password"
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          error={problem.fields.password}
        />
        <Button look="primary" type="submit" busy={busy}>
          Sign in
        </Button>
      </form>
      <DemoLinks sightline={sightline} />
    </AccountCard>
  );
}
