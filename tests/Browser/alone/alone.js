import { createSightline } from './sdk/index.js';

// What the README takes for granted: somebody is signed in, and `grace` is another.
const [displayName, email, friend] = location.hash.slice(1).split(',').map(decodeURIComponent);
const sightline = createSightline();
await sightline.account.signUp({ displayName, email, password: 'a long enough secret' });
[window.grace] = await sightline.people({ query: friend });
sightline.dispose();

await import('./readme.js');
document.body.dataset.ready = '';
