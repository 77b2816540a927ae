import type { Sightline } from '@sightline/sdk';
import { ArrowRight } from 'lucide-react';
import { useCallback } from 'react';
import { Avatar } from '../ui/Avatar';
import { useLoad } from '../ui/useLoad';

/** One-click sign-in of the demo people. A server outside Development offers none, and then nothing is shown. */
export function DemoLinks({ sightline }: { sightline: Sightline }) {
  const { state } = useLoad(useCallback(() => sightline.account.demoLinks(), [sightline]));
  if (state.status !== 'ready' || state.data.length === 0) return null;
  return (
    <section className="demo-links" aria-labelledby="demo-title">
      <h2 id="demo-title">Just trying it out?</h2>
      <ul>
        {state.data.map((link) => (
          <li key={link.url}>
            <a href={link.url}>
              <Avatar person={{ personId: link.displayName, displayName: link.displayName }} size="small" />
              <span>Continue as {link.displayName}</span>
              <ArrowRight aria-hidden="true" />
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
