import puppeteer, { type Browser } from 'puppeteer-core';

export type BrowserName = 'chromium' | 'firefox';

/** Slow machines share two cores between two browsers and a server. */
export const timeoutMs = 60_000;

const executables: Record<BrowserName, string> = {
  chromium: process.env.CHROMIUM ?? '/usr/bin/chromium',
  firefox: process.env.FIREFOX ?? '/usr/bin/firefox-esr',
};

const chromiumFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--use-fake-ui-for-media-stream',
  // A moving picture and a beep a second.
  '--use-fake-device-for-media-stream=fps=15',
];

const firefoxPreferences = {
  'media.navigator.streams.fake': true,
  'media.navigator.permission.disabled': true,
  'media.devices.insecure.enabled': true,
  'media.getusermedia.insecure.enabled': true,
  // Without a person in front of the screen, nobody allows sound to start.
  'media.autoplay.default': 0,
};

/** One driver for both: Chromium by its DevTools protocol, stock Firefox by WebDriver BiDi. */
export function launch(name: BrowserName): Promise<Browser> {
  const common = {
    executablePath: executables[name],
    headless: true,
    timeout: timeoutMs,
    protocolTimeout: 3 * timeoutMs,
  };
  return name === 'chromium'
    ? puppeteer.launch({ ...common, browser: 'chrome', args: chromiumFlags })
    : puppeteer.launch({ ...common, browser: 'firefox', extraPrefsFirefox: firefoxPreferences });
}
