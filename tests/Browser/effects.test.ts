import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { launch } from './driver/browsers';
import { measured, seesAndHears, until } from './driver/media';
import { connect, Person, someone } from './driver/person';

const sampleRateHz = 48_000;
const noiseFile = join(tmpdir(), `sightline-noise-${process.pid}.wav`);

describe('sound and picture that are worked on', () => {
  let noisy: Browser;
  let quiet: Browser;
  let ada: Person;
  let ben: Person;

  beforeAll(async () => {
    await writeFile(noiseFile, noise(20));
    noisy = await launch('chromium', { flags: [`--use-file-for-fake-audio-capture=${noiseFile}`] });
    quiet = await launch('firefox');
    ada = await Person.signUp(noisy, inject('serverUrl'), someone('Ada'));
    ben = await Person.signUp(quiet, inject('serverUrl'), someone('Ben'));
    await ada.reload();
    await ada.seesPresence(ben, 'online');
    await connect(ada, ben);
    await seesAndHears(ben, 'voice');
  });

  afterAll(async () => {
    await Promise.all([noisy?.close(), quiet?.close()]);
    await rm(noiseFile, { force: true });
  });

  it('suppress noise in the middle of a call, and let it through again', async () => {
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
    await ada.page.locator('[data-effect="noise"] input').click();
    await ada.sees('[data-effect="noise"][data-effect-state="off"]');
    await until(
      ben,
      () => loudness(ben),
      (now) => now > before / 2,
    );
  });

  it('say so where the server has no model for blur', async () => {
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

/** A WAV of white noise: 16 bits, one channel. The same numbers each time. */
function noise(seconds: number): Buffer {
  const samples = seconds * sampleRateHz;
  const wav = Buffer.alloc(44 + 2 * samples);
  wav.write('RIFF', 0);
  wav.writeUInt32LE(36 + 2 * samples, 4);
  wav.write('WAVEfmt ', 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(sampleRateHz, 24);
  wav.writeUInt32LE(2 * sampleRateHz, 28);
  wav.writeUInt16LE(2, 32);
  wav.writeUInt16LE(16, 34);
  wav.write('data', 36);
  wav.writeUInt32LE(2 * samples, 40);
  let state = 1;
  for (let i = 0; i < samples; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    wav.writeInt16LE(Math.round((state / 2 ** 32 - 0.5) * 12_000), 44 + 2 * i);
  }
  return wav;
}
