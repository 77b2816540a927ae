import type { Browser } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { launch } from './driver/browsers';
import { seesAndHears } from './driver/media';
import { connect, Person, someone } from './driver/person';

/** As in Safari, and in browsers that are a few years old. */
const withoutDocuments = () => Reflect.deleteProperty(window, 'documentPictureInPicture');

describe('where a small window cannot show a document', () => {
  let browsers: Browser[];
  let people: [Person, Person];

  beforeAll(async () => {
    browsers = await Promise.all([launch('chromium'), launch('firefox')]);
    const [ada, ben] = await Promise.all(
      browsers.map((browser, index) =>
        Person.signUp(browser, inject('serverUrl'), someone(index === 0 ? 'Ada' : 'Ben')),
      ),
    );
    if (!ada || !ben) throw new Error('Nobody has come.');
    people = [ada, ben];
    for (const { page } of people) await page.evaluateOnNewDocument(withoutDocuments);
    await Promise.all(people.map((person) => person.reload()));
    await ada.seesPresence(ben, 'online');
    await connect(ada, ben);
  });

  afterAll(() => Promise.all(browsers?.map((browser) => browser.close()) ?? []));

  it('it shows the picture of the other, in both browsers', async () => {
    for (const person of people) {
      expect(await person.page.evaluate(() => 'documentPictureInPicture' in window)).toBe(false);
      await seesAndHears(person);
      await person.press('More');
      await person.press('Picture in picture');
      await person.page.waitForFunction(() => document.pictureInPictureElement?.matches('video[data-remote]'));
      await seesAndHears(person);
      await person.press('More');
      await person.press('Close the small window');
      await person.page.waitForFunction(() => document.pictureInPictureElement === null);
      await person.isIn('CONNECTED');
    }
  });
});
