import { readFileSync } from 'node:fs';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'puppeteer-core';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch } from './driver/browsers';
import { seesAndHears } from './driver/media';
import { plays } from './driver/mirror';
import { openPage } from './driver/page';
import { Server } from './driver/server';

const page = fileURLToPath(new URL('./alone/', import.meta.url));
const sdk = fileURLToPath(new URL('../../web/sdk/', import.meta.url));
const lines = /^```js\n(.*?)^```$/ms.exec(readFileSync(join(sdk, 'README.md'), 'utf8'))?.[1] ?? '';

describe('the lines of code in the README of the SDK', () => {
  it('are ten', () => {
    expect(lines.trim().split('\n')).toHaveLength(10);
  });

  it('are right by the types that are shipped, as strictly as TypeScript can', () => {
    const right = typed(lines);
    const wrong = right.replace('remotes[0]?.stream', 'remotes[0]?.film');
    expect(problemsOf({ 'right.mts': right, 'wrong.mts': wrong })).toEqual([
      "wrong.mts: Property 'film' does not exist on type 'RemotePeer'.",
    ]);
  });

  describe('in a page with nothing else', () => {
    let folder: string;
    let server: Server;
    let browser: Browser;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'sightline-alone-'));
      await cp(page, folder, { recursive: true });
      // Its parts lie beside it, and are loaded when they are needed.
      await cp(join(sdk, 'dist'), join(folder, 'sdk'), { recursive: true });
      // Browsers know no packages, and the server's rules for content no map of them.
      await writeFile(join(folder, 'readme.js'), lines.replace("'@sightline/sdk'", "'./sdk/index.js'"));
      server = await Server.start({ 'WebApp:Folder': folder });
      browser = await launch('chromium');
    });

    afterAll(async () => {
      await browser?.close();
      await server?.dispose();
      await rm(folder, { recursive: true });
    });

    it('make a call, and leave nothing of it behind', async () => {
      const callee = await open('Grace', 'Ada');
      const caller = await open('Ada', 'Grace');

      await caller.click('#callButton');
      await callee.waitForFunction(() => document.querySelector<HTMLElement>('#answerButton')?.onclick);
      await callee.click('#answerButton');
      const both = [caller, callee].map((page) => ({ page }));
      await Promise.all(both.map((one) => plays(one, 'video')));
      await Promise.all(both.map((one) => seesAndHears(one)));
      expect(await callOf(caller)).toMatchObject({ state: 'CONNECTED', call_type: 'video' });

      await endsByRequest(callee);
      const heldOpen = () => Promise.all(both.map(({ page }) => page.evaluate(() => window.probe.open())));
      const nothing = expect.objectContaining({ connections: 0, tracks: 0 });
      await expect.poll(heldOpen, { timeout: 30_000 }).toEqual([nothing, nothing]);
    });

    async function open(name: string, friend: string): Promise<Page> {
      const page = await openPage(browser);
      await page.goto(
        `${server.url}/#${[name, `${name.toLowerCase()}@example.org`, friend].map(encodeURIComponent).join()}`,
      );
      await page.waitForSelector('[data-ready]');
      return page;
    }
  });
});

function callOf(page: Page): Promise<unknown> {
  return page.evaluate(async () => (await (await fetch('/calls')).json()).calls[0]);
}

/** The lines do not hang up. */
async function endsByRequest(page: Page): Promise<void> {
  const status = await page.evaluate(async () => {
    const { antiforgery_token } = await (await fetch('/account/me')).json();
    const { calls } = await (await fetch('/calls')).json();
    const headers = { 'X-Sightline-Antiforgery': antiforgery_token };
    return (await fetch(`/calls/${calls[0].call_id}/end`, { method: 'POST', headers })).status;
  });
  expect(status).toBe(200);
}

/** With the one type that TypeScript cannot find out for itself, and what the lines take for granted. */
function typed(code: string): string {
  return `${code.replace('show = (call) =>', "show = (call: import('@sightline/sdk').Call) =>")}
    declare const video: HTMLVideoElement;
    declare const answerButton: HTMLButtonElement, callButton: HTMLButtonElement;
    declare const grace: import('@sightline/sdk').Person;`;
}

/** What TypeScript says of modules that find the SDK as a package, and of the package's types. */
function problemsOf(files: Record<string, string>): string[] {
  // Beside the tests, where the package is found; nothing is written.
  const codes = new Map(Object.entries(files).map(([name, code]) => [join(import.meta.dirname, name), code]));
  const options: ts.CompilerOptions = {
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    skipDefaultLibCheck: true,
    types: [],
    lib: ['lib.es2022.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
  };
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile;
  host.getSourceFile = (file, version, ...rest) => {
    const code = codes.get(file);
    return code === undefined ? read.call(host, file, version, ...rest) : ts.createSourceFile(file, code, version);
  };
  const program = ts.createProgram([...codes.keys()], options, host);
  const ofSdk = program.getSourceFiles().flatMap(({ fileName }) => (fileName.startsWith(sdk) ? [fileName] : []));
  expect(ofSdk).toContain(join(sdk, 'dist', 'index.d.ts'));
  expect(ofSdk.filter((file) => !file.startsWith(join(sdk, 'dist')))).toEqual([]);
  return ts
    .getPreEmitDiagnostics(program)
    .map(
      ({ file, messageText }) =>
        `${basename(file?.fileName ?? '')}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
    );
}
