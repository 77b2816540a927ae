import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { launch } from './driver/browsers';
import { measured, seesAndHears, until } from './driver/media';
import { connect, Person, someone } from './driver/person';
import { SoundSystem, withRealDevices } from './driver/sound';

const folder = fileURLToPath(new URL('../../artifacts/screens/', import.meta.url));

describe.each([
  ['chromium', 'firefox'],
  ['firefox', 'chromium'],
] as const)('in a call from %s to %s', (name, other) => {
  let sound: SoundSystem;
  let noisy: Browser;
  let quiet: Browser;
  let ada: Person;
  let ben: Person;

  beforeAll(async () => {
    await mkdir(folder, { recursive: true });
    sound = await SoundSystem.start();
    await sound.plugSpeaker('Loudspeaker');
    await sound.plugMicrophone({ name: 'window', label: 'Window', pitchHz: null });
    noisy = await launch(name, { ...withRealDevices, environment: sound.environment });
    quiet = await launch(other);
    ada = await Person.signUp(noisy, inject('serverUrl'), someone('Ada'));
    ben = await Person.signUp(quiet, inject('serverUrl'), someone('Ben'));
    await ada.reload();
    await ada.seesPresence(ben, 'online');
    await connect(ada, ben, 'voice');
    await seesAndHears(ben, 'voice');
  });

  afterAll(async () => {
    await Promise.all([noisy?.close(), quiet?.close()]);
    await sound?.dispose();
  });

  it('noise is suppressed, and let through again', async () => {
    // Browsers turn the gain up and down at the beginning, and suppress a part of the noise by themselves.
    for (let second = 0; second < 4; second++) await loudness(ben);
    const before = await loudness(ben);
    expect(before).toBeGreaterThan(0);
    await ada.press('More');
    await ada.page.locator('[data-effect="noise"] input').click();
    await ada.sees('[data-effect="noise"][data-effect-state="on"]');
    await until(
      ben,
      () => loudness(ben),
      (now) => now < before / 2,
    );
    await ada.page.screenshot({
      path: `${folder}noise-suppressed${name === 'firefox' ? '-firefox' : ''}-1280-light.png`,
    });
    await ada.page.locator('[data-effect="noise"] input').click();
    await ada.sees('[data-effect="noise"][data-effect-state="off"]');
    await until(
      ben,
      () => loudness(ben),
      (now) => now > before / 2,
    );
  });

  it('blur says so where the server has no model', async () => {
    await ada.sees('[data-effect="blur"][data-effect-state="unavailable"]');
    expect(await ada.text('[data-effect="blur"]')).toContain('Media:BlurModelUrl');
  });
});

/** The energy of a second of what arrives. */
async function loudness(person: Person): Promise<number> {
  const energy = (await measured(person)).audioEnergy;
  await person.page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 1000)));
  return (await measured(person)).audioEnergy - energy;
}
