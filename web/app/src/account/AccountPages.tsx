import type { Me, Sightline } from '@sightline/sdk';
import { SignInPage } from './SignInPage';
import { SignUpPage } from './SignUpPage';
import { useHash } from './useHash';

interface Props {
  sightline: Sightline;
  onSignedIn: (me: Me) => void;
}

/** What someone sees who is not signed in. */
export function AccountPages(props: Props) {
  const hash = useHash();
  const onSignedIn = (me: Me) => {
    // A reload after signing up should not ask to sign up again.
    if (location.hash) history.replaceState(null, '', location.pathname);
    props.onSignedIn(me);
  };
  const Page = hash === 'sign-up' ? SignUpPage : SignInPage;
  return <Page sightline={props.sightline} onSignedIn={onSignedIn} />;
}
