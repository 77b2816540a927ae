import { CircleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { Mark } from '../ui/Mark';

interface Props {
  screen: 'sign-in' | 'sign-up';
  title: string;
  subtitle: string;
  problem: string | null;
  children: ReactNode;
  footer: ReactNode;
}

/** The one card that sign-in and sign-up share. */
export function AccountCard({ screen, title, subtitle, problem, children, footer }: Props) {
  return (
    <main className="account" data-screen={screen}>
      <div className="account-card">
        <header>
          <Mark size={44} />
          <h1>{title}</h1>
          <p>{subtitle}</p>
        </header>
        <div role="alert">
          {problem && (
            <p className="form-problem">
              <CircleAlert aria-hidden="true" />
              {problem}
            </p>
          )}
        </div>
        {children}
        <footer>{footer}</footer>
      </div>
    </main>
  );
}
