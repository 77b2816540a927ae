import type { Browser } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { launch } from './driver/browsers';
import { Person, someone } from './driver/person';

describe('an account', () => {
  let browser: Browser;
  let url: string;

  beforeAll(async () => {
    browser = await launch('chromium');
    url = inject('serverUrl');
  });

  afterAll(() => browser.close());

  it('is made, left and found again', async () => {
    const ada = await Person.signUp(browser, url, someone('Ada'));
    await ada.page.reload();
    await ada.atHome();
    await ada.press('Sign out');
    await ada.sees('[data-screen="sign-in"]');
    await ada.signIn();
    await ada.leaves();
  });

  it('stays closed to a wrong password, and says so', async () => {
    const ada = await Person.signUp(browser, url, someone('Ada'));
    await ada.press('Sign out');
    await ada.signIn('not the right secret');
    expect(await ada.text('[role="alert"]')).toMatch(/password/i);
    await ada.sees('[data-screen="sign-in"]');
    await ada.leaves();
  });

  it('says which field is at fault', async () => {
    const nobody = await Person.arrive(browser, url, 'Nobody');
    await nobody.press('Create an account', 'link');
    await nobody.fill('Your name', 'Nobody');
    await nobody.fill('E-mail', 'nobody@example.org');
    await nobody.fill('Password', 'short');
    await nobody.press('Create account');
    await nobody.sees('[data-field-error="password"]');
    await nobody.sees('[data-screen="sign-up"]');
    await nobody.leaves();
  });

  it('is not made twice for one address', async () => {
    const ada = await Person.signUp(browser, url, someone('Ada'));
    await ada.press('Sign out');
    await ada.press('Create an account', 'link');
    await ada.fill('Your name', 'Ada again');
    await ada.fill('E-mail', ada.email);
    await ada.fill('Password', 'a long enough secret');
    await ada.press('Create account');
    await ada.sees('[data-field-error="email"]');
    await ada.sees('[data-screen="sign-up"]');
    await ada.leaves();
  });

  it('shows to others whether its person is there', async () => {
    const ada = await Person.signUp(browser, url, someone('Ada'));
    const ben = await Person.signUp(browser, url, someone('Ben'));
    await ada.reload();
    await ada.seesPresence(ben, 'online');
    await ben.press('Sign out');
    await ada.seesPresence(ben, 'offline');
    await ben.signIn();
    await ada.seesPresence(ben, 'online');
    await Promise.all([ada.leaves(), ben.leaves()]);
  });
});
