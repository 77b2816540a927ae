import puppeteer, { type Browser } from 'puppeteer-core';

export type BrowserName = 'chromium' | 'firefox';

/** Slow machines share two cores between two browsers and a server. */
export const timeoutMs = 60_000;

export const executables: Record<BrowserName, string> = {
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
];

/** A moving picture and a beep a second, as many devices of each kind as are asked for. */
const fakeDevices = (count: number, framesPerSecond: number) =>
  `--use-fake-device-for-media-stream=device-count=${count},fps=${framesPerSecond}`;

/** Allows capture at once: without a person in front of the screen, nobody presses the button. */
const allowsCapture = '--use-fake-ui-for-media-stream';

const firefoxPreferences = {
  'media.navigator.streams.fake': true,
  'media.navigator.permission.disabled': true,
  'media.devices.insecure.enabled': true,
  'media.getusermedia.insecure.enabled': true,
  // Without a person in front of the screen, nobody allows sound to start.
  'media.autoplay.default': 0,
  // Computers without a sound card measure and play all the same.
  'media.cubeb.force_mock_context': true,
};

/** The driver keeps hidden pages as fast as others; people's browsers do not. */
const keepsHiddenPagesFast = [
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
];

/** Whatever sound system this computer has: no test hears it, or is heard there. */
export const withoutSound = { ...process.env, PULSE_SERVER: 'unix:/dev/null' };

export interface Surroundings {
  /** Fake cameras and microphones, 1 of each by default; 0 for a computer that has none. */
  devices?: number;
  /** Of fake cameras, 15 by default; Chromium only. */
  framesPerSecond?: number;
  /** Further flags; Chromium only. */
  flags?: readonly string[];
  /** `false`: capture is not allowed by itself; Chromium only. */
  allowsCapture?: boolean;
  /** Slows pages that nobody sees, as in life; Chromium only. */
  slowsHiddenPages?: boolean;
  /** Further preferences; Firefox only. */
  preferences?: Readonly<Record<string, unknown>>;
  /** Chromium only: `false` opens a real window, which takes part in what the system shows and hides. */
  headless?: boolean;
  /** Of the browser's process; by default the tests' own, without the computer's sound. */
  environment?: NodeJS.ProcessEnv;
  /** Started in the browser's place, for example a program that starts it in another network. */
  executable?: string;
  /** Drives the browser through a pipe, which leads out of every network; Chromium only. */
  pipe?: boolean;
  /** Where the browser listens for its driver; Firefox only. */
  debuggingPort?: number;
}

/** One driver for both: Chromium by its DevTools protocol, stock Firefox by WebDriver BiDi. */
export function launch(name: BrowserName, surroundings: Surroundings = {}): Promise<Browser> {
  const {
    devices = 1,
    framesPerSecond = 15,
    flags = [],
    allowsCapture: allowed = true,
    headless = true,
  } = surroundings;
  const { slowsHiddenPages = false, preferences = {}, executable = executables[name] } = surroundings;
  const { pipe = false, debuggingPort, environment = withoutSound } = surroundings;
  const common = {
    executablePath: executable,
    headless,
    env: environment,
    timeout: timeoutMs,
    protocolTimeout: 3 * timeoutMs,
  };
  if (name === 'firefox') {
    const extraPrefsFirefox = { ...firefoxPreferences, ...preferences };
    return puppeteer.launch({
      ...common,
      browser: 'firefox',
      extraPrefsFirefox,
      ...(debuggingPort && { debuggingPort }),
    });
  }
  const args = [
    ...chromiumFlags,
    ...(allowed ? [allowsCapture] : []),
    ...(devices > 0 ? [fakeDevices(devices, framesPerSecond)] : []),
    ...flags,
  ];
  const ignoreDefaultArgs = slowsHiddenPages ? keepsHiddenPagesFast : [];
  return puppeteer.launch({ ...common, browser: 'chrome', args, ignoreDefaultArgs, pipe });
}
