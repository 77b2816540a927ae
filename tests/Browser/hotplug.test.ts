import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { barriers } from './driver/axe';
import { type BrowserName, launch } from './driver/browsers';
import { seesAndHears, until } from './driver/media';
import { connect, Person, someone } from './driver/person';
import { SoundSystem, withRealDevices } from './driver/sound';

const folder = fileURLToPath(new URL('../../artifacts/screens/', import.meta.url));

const desk = { name: 'desk', label: 'Desk', pitchHz: 500 } as const;
const headset = { name: 'headset', label: 'Headset', pitchHz: 1_000 } as const;

/** As a Bluetooth headset that begins to listen: the same device, with the sound of a telephone. */
const handsFree = { ...headset, sampleRateHz: 16_000 } as const;

const loudspeaker = 'Loudspeaker';
const earphones = 'Earphones';

let there: Browser;
let ben: Person;

beforeAll(async () => {
  await mkdir(folder, { recursive: true });
  there = await launch('chromium');
  ben = await Person.signUp(there, inject('serverUrl'), someone('Ben'));
});

afterAll(() => there?.close());

describe.each(['chromium', 'firefox'] as const)('in %s, a device', (name: BrowserName) => {
  let sound: SoundSystem;
  let here: Browser;
  let ada: Person;

  beforeAll(async () => {
    sound = await SoundSystem.start();
    await sound.plugSpeaker(loudspeaker);
    await sound.plugMicrophone(desk);
    here = await launch(name, { ...withRealDevices, environment: sound.environment });
    ada = await Person.signUp(here, inject('serverUrl'), someone('Ada'));
  });

  beforeEach(async () => {
    await ada.page.evaluate(() => localStorage.removeItem('sightline.devices'));
    await call();
    await hears(ben, desk);
  });

  afterEach(async () => {
    await sound.unplug(headset.name, earphones);
    await ada.press('Hang up');
    await ben.hasEnded('ended');
  });

  async function call(): Promise<void> {
    await Promise.all([ada.reload(), ben.reload()]);
    await ada.seesPresence(ben, 'online');
    await connect(ada, ben, 'voice');
    await Promise.all([seesAndHears(ada, 'voice'), seesAndHears(ben, 'voice')]);
  }

  async function chooses(kind: 'microphone' | 'speaker', label: string): Promise<void> {
    const select = `select[data-device-kind="${kind}"]`;
    await ada.press('More');
    await ada.sees(select);
    const id = await ada.page.$$eval(
      `${select} option`,
      (options, wanted) => (options.find((one) => one.textContent === wanted) as HTMLOptionElement | undefined)?.value,
      label,
    );
    await ada.page.select(select, id ?? `There is no ${label}.`);
    await ada.page.keyboard.press('Escape');
  }

  const playsOn = (speaker: string) =>
    until(
      ada,
      () => sound.playing(),
      (speakers) => speakers.includes(speaker),
    );

  afterAll(async () => {
    await here?.close();
    await sound?.dispose();
  });

  it('that is new is offered; once chosen it is replaced when it goes, and taken again when it is back', async () => {
    await sound.plugMicrophone(headset);
    await ada.press(`Use ${headset.label}`);
    await hears(ben, headset);

    await sound.unplug(headset.name);
    await isTold(ada, 'microphone', new RegExp(`^Your microphone ${headset.label} went away. Now using .+\\.$`));
    await picture(ada, `microphone-went-away${name === 'firefox' ? '-firefox' : ''}`);
    await hears(ben, desk);

    // A second later, as a headset that changes its profile.
    await sound.plugMicrophone(handsFree);
    await isTold(ada, 'microphone', /is back, and in use again\.$/);
    await hears(ben, headset);
    await ada.seesNo('[data-device-offer]');
    await ada.isIn('CONNECTED');
    expect(await ada.page.$('[data-capture-problem], [data-reconnecting]')).toBeNull();
  });

  it('that is back is offered to those who have chosen another one; what is chosen is remembered', async () => {
    await sound.plugMicrophone(headset);
    await ada.press(`Use ${headset.label}`);
    await hears(ben, headset);
    await sound.unplug(headset.name);
    await hears(ben, desk);
    await chooses('microphone', desk.label);
    await sound.plugMicrophone(headset);
    await ada.sees('[data-device-offer="microphone"]');
    await hears(ben, desk);
    await ada.press(`Use ${headset.label}`);
    await hears(ben, headset);

    await call();
    await hears(ben, headset);
  });

  it('that is silent by its own switch is noticed, and so is that it is heard again', async () => {
    await sound.mute(desk.name, true);
    await ada.sees('[data-warning="microphone_silent"]');
    await picture(ada, `microphone-silent${name === 'firefox' ? '-firefox' : ''}`);
    await sound.mute(desk.name, false);
    await ada.seesNo('[data-warning="microphone_silent"]');
    await hears(ben, desk);
  });

  it('on which the call is heard is replaced by the system’s, and used again when it is back', async () => {
    await sound.plugSpeaker(earphones);
    await ada.press(`Use ${earphones}`);
    await playsOn(earphones);
    await sound.unplug(earphones);
    await isTold(ada, 'speaker', new RegExp(`^Your speaker ${earphones} went away. Now using .+\\.$`));
    await playsOn(loudspeaker);
    await seesAndHears(ada, 'voice');
    await sound.plugSpeaker(earphones);
    await isTold(ada, 'speaker', /is back, and in use again\.$/);
    await playsOn(earphones);
  });
});

/** Waits for words on the screen that a screen reader has had as well. */
async function isTold(person: Person, kind: string, words: RegExp): Promise<void> {
  await person.page.waitForFunction(
    (selector, source) => {
      const shown = document.querySelector(selector)?.textContent ?? '';
      const spoken = document.querySelector('[data-announcer]')?.textContent?.trim();
      return new RegExp(source).test(shown) && spoken === shown;
    },
    {},
    `[data-device-notice="${kind}"]`,
    words.source,
  );
}

async function picture(person: Person, name: string): Promise<void> {
  await person.page.screenshot({ path: `${folder}${name}-1280-light.png` });
  expect(await barriers(person), name).toEqual([]);
}

/** Waits until the loudest of what arrives is what sounds in front of this microphone. */
async function hears(person: Person, { pitchHz }: { readonly pitchHz: number }): Promise<void> {
  await seesAndHears(person, 'voice');
  await person.page.waitForFunction(
    async (wantedHz) => {
      const stream = document.querySelector<HTMLMediaElement>('[data-remote]')?.srcObject as MediaStream | null;
      if (!stream) return false;
      const context = new AudioContext();
      try {
        const analyser = new AnalyserNode(context, { fftSize: 8192 });
        context.createMediaStreamSource(stream).connect(analyser);
        await new Promise((resolve) => setTimeout(resolve, 400));
        const levels = new Float32Array(analyser.frequencyBinCount);
        analyser.getFloatFrequencyData(levels);
        const loudestHz = (levels.indexOf(Math.max(...levels)) * context.sampleRate) / analyser.fftSize;
        return Math.abs(loudestHz - wantedHz) < wantedHz / 10;
      } finally {
        await context.close();
      }
    },
    { polling: 200 },
    pitchHz,
  );
}
