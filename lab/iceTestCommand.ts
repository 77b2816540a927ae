/**
 * Tests a server's STUN and TURN servers from this computer, in a browser without a window, and prints the verdict; the last
 * line is JSON. Whose account it uses: SIGHTLINE_EMAIL and SIGHTLINE_PASSWORD, or a demo person where there are any.
 */
import type { Page } from 'puppeteer-core';
import { launch } from '../tests/Browser/driver/browsers';
import { named } from '../tests/Browser/driver/names';
import { iceTestOf } from './iceTest';
import { refuse } from './options';

const [address = '', ...further] = process.argv.slice(2);
if (!/^https?:\/\//.test(address) || further.length > 0)
  refuse('ice-test takes the address of a server: https://calls.example.org');

const browser = await launch('chromium', { devices: 0, allowsCapture: false });
try {
  const page = await browser.newPage();
  await signIn(page);
  const { words, test } = await iceTestOf(page, address);
  console.log(words);
  const works = ['open', 'strict_nat', 'tcp_only', 'tls_only'].includes(test.verdict);
  process.exitCode = works ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await browser.close();
}

async function signIn(page: Page): Promise<void> {
  const { SIGHTLINE_EMAIL: email, SIGHTLINE_PASSWORD: password } = process.env;
  await page.goto(address).catch(() => {
    throw new Error(`${address} does not answer.`);
  });
  if (email && password) {
    await page.locator(named('field', 'E-mail')).fill(email);
    await page.locator(named('field', 'Password')).fill(password);
    await page.locator(named('button', 'Sign in')).click();
  } else await page.goto(await demoLink(page));
  // The page of sign-in keeps an empty place for what goes wrong.
  const there = await page.waitForSelector('[data-screen="home"], [role="alert"]:not(:empty)');
  const problem = await there?.evaluate((element) => (element.matches('[role="alert"]') ? element.textContent : null));
  if (problem) throw new Error(problem);
}

async function demoLink(page: Page): Promise<string> {
  const link = await page.evaluate(async () => {
    const response = await fetch('/demo/people');
    return response.ok ? ((await response.json()).links[0]?.url as string | undefined) : undefined;
  });
  if (link === undefined) throw new Error('Say who you are: SIGHTLINE_EMAIL and SIGHTLINE_PASSWORD.');
  return new URL(link, address).href;
}
