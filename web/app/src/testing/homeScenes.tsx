import { SightlineError } from '@sightline/sdk';
import { FakeSightline } from './fakeSightline';
import { app, failing, home, type Scenes } from './stage';

/** Everything outside of calls. */
export const homeScenes: Scenes = {
  'sign-in': () => app(new FakeSightline({ me: null })),
  'sign-in-demo': () =>
    app(
      new FakeSightline({
        me: null,
        demoLinks: [
          { displayName: 'Ada', url: '#ada' },
          { displayName: 'Grace', url: '#grace' },
        ],
      }),
    ),
  'sign-in-wrong': () => failing({ signIn: new SightlineError('wrong_credentials', 'wrong') }),
  'sign-in-limited': () => failing({ signIn: new SightlineError('too_many_requests', 'slow down', {}, 42) }),
  'sign-up': () => {
    location.hash = 'sign-up';
    return app(new FakeSightline({ me: null }));
  },
  loading: () => {
    const sightline = new FakeSightline();
    sightline.gate = new Promise(() => {});
    return app(sightline);
  },
  unreachable: () => failing({ me: new SightlineError('unreachable', 'no answer') }),
  home: () => app(home()),
  'home-empty': () => app(new FakeSightline()),
  'home-loading': () => {
    const sightline = home();
    sightline.people = () => new Promise(() => {});
    sightline.calls = () => new Promise(() => {});
    return app(sightline);
  },
  'home-failed': () => {
    const sightline = home();
    sightline.failures.people = new SightlineError('unreachable', 'no answer');
    sightline.failures.calls = new SightlineError('unreachable', 'no answer');
    return app(sightline);
  },
  'home-offline': () => app(home('offline')),
  'home-connecting': () => app(home('connecting')),
  'home-signed-out': () => app(home('signed_out')),
  'home-too-many': () => app(home('too_many_devices')),
  crashed: () => {
    const sightline = home();
    sightline.onService = () => {
      throw new Error('The example of a bug.');
    };
    return app(sightline);
  },
};
