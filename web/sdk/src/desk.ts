import { type Settings, SightlineError } from './api.js';
import type { components } from './protocol/rest.gen.js';
import { anything, listOf, orNull, shape, text } from './protocol/shape.js';
import { type Rest, wireMe } from './rest.js';

type Schemas = components['schemas'];

const demoLink = shape<Schemas['DemoLink']>({ display_name: text, url: text });
const demoPeople = shape<Schemas['DemoLinks']>({ links: listOf(demoLink) });

const settings = shape<Schemas['SettingsResponse']>({
  video_codecs: listOf(text),
  blur_model_url: orNull(text),
  push_public_key: text,
});

/** What people ask for before and after calls, by name: a call needs none of it. */
export function desk(rest: Rest) {
  return {
    async signUp(fields: { email: string; password: string; displayName: string }) {
      const body = { email: fields.email, password: fields.password, display_name: fields.displayName };
      return rest.signedIn(await rest.http.post('/account/sign-up', wireMe, { body }));
    },

    async signIn(fields: { email: string; password: string }) {
      const body = { email: fields.email, password: fields.password };
      return rest.signedIn(await rest.http.post('/account/sign-in', wireMe, { body }));
    },

    async signOut(): Promise<void> {
      await rest.post('/account/sign-out', anything);
      rest.signedOut();
    },

    async demoLinks() {
      try {
        const { links } = await rest.http.get('/demo/people', demoPeople);
        return links.map((link) => ({ displayName: link.display_name, url: link.url }));
      } catch (error) {
        if (error instanceof SightlineError && error.code === 'not_found') return [];
        throw error;
      }
    },

    /** Asked for once by whoever is signed in. */
    settings(): Promise<Settings> {
      rest.settings ??= fetchSettings(rest).catch((error: unknown) => {
        rest.settings = null;
        throw error;
      });
      return rest.settings;
    },

    async subscribe({ endpoint, p256dh, auth }: { endpoint: string; p256dh: string; auth: string }): Promise<void> {
      const body = { endpoint, p256dh, auth };
      await rest.change((options) => rest.http.put('/push/subscription', anything, options), { body });
    },

    async unsubscribe(endpoint: string): Promise<void> {
      await rest.change((options) => rest.http.delete('/push/subscription', anything, options), { body: { endpoint } });
    },
  };
}

async function fetchSettings(rest: Rest): Promise<Settings> {
  const answer = await rest.http.get('/settings', settings);
  rest.knownSettings = {
    videoCodecs: answer.video_codecs,
    blurModelUrl: answer.blur_model_url,
    pushPublicKey: answer.push_public_key,
  };
  return rest.knownSettings;
}
