import { createSightline } from './sdk/index.js';

const [displayName, email, friend] = location.hash.slice(1).split(',').map(decodeURIComponent);
const sightline = createSightline();
await sightline.account.signUp({ displayName, email, password: 'a long enough secret' });
sightline.onService((state) => {
  document.body.dataset.service = state;
});
sightline.onIncoming((call) => {
  show(call);
  call.answer();
});
sightline.connect();

const button = document.querySelector('button');
button.onclick = async () => {
  const [person] = await sightline.people({ query: friend });
  show(sightline.call(person));
};

function show(call) {
  button.onclick = () => call.hangUp();
  call.subscribe(() => {
    document.body.dataset.callState = call.snapshot.state;
    document.querySelector('video').srcObject = call.snapshot.remotes[0]?.stream ?? null;
  });
}
