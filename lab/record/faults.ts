import { execFileSync } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pause } from '../pause';
import type { Stage } from '../stage';

/** What the server that is to be struck needs beside the usual. */
export interface Ground {
  settings?: Readonly<Record<string, string>>;
  via?: readonly string[];
  /** Takes away what was made for it. */
  clear?(): void;
}

/** Something that happens to a recording. */
export interface RecordingFault {
  prepare?(): Ground;
  /** Resolves when media can be kept again. */
  strike(stage: Stage): Promise<void>;
  /** The most of what was there before it that may be missing. */
  mayLoseMs: number;
}

const outageMs = 5_000;
const diskBytes = 96 * 2 ** 20;
const stepS = 600;
const libraries = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu'];

/** At most a frame and the way of a packet, at the picture's pace; see the page on the lab. */
const killLossMs = 100;

let disk = '';
let clock = '';

export const recordingFaults: Readonly<Record<string, RecordingFault>> = {
  kill9: {
    strike: async ({ server }) => {
      await server.stop('SIGKILL');
      await server.start();
    },
    mayLoseMs: killLossMs,
  },
  'server-restart': {
    strike: async ({ server }) => {
      await server.stop();
      await server.start();
    },
    mayLoseMs: killLossMs,
  },
  'disk-full': {
    prepare: () => {
      disk = mkdtempSync(join(tmpdir(), 'disk-'));
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${diskBytes}`, 'tmpfs', disk]);
      return {
        settings: { 'Recording:Folder': join(disk, 'recordings'), 'Recording:MinFreeBytes': String(2 ** 20) },
        clear: () => execFileSync('umount', ['--lazy', disk]),
      };
    },
    strike: async () => {
      const ballast = join(disk, 'ballast');
      fill(ballast);
      await pause(outageMs);
      await rm(ballast);
    },
    mayLoseMs: killLossMs,
  },
  'client-outage': {
    strike: async ({ network }) => {
      await network.caller.line.setBoth({ down: true });
      await pause(outageMs);
      await network.caller.line.setBoth({});
    },
    mayLoseMs: killLossMs,
  },
  'clock-step': {
    prepare: () => {
      const library = libraries.map((folder) => join(folder, 'faketime/libfaketimeMT.so.1')).find(existsSync);
      if (!library) throw new Error('The clock is stepped with libfaketime: install the package faketime.');
      clock = join(mkdtempSync(join(tmpdir(), 'clock-')), 'step');
      tellTime(0);
      const monotonicStays = 'FAKETIME_DONT_FAKE_MONOTONIC=1';
      const readAgain = 'FAKETIME_CACHE_DURATION=1';
      // What the server starts keeps the true time.
      const serverAlone = 'FAKETIME_SKIP_CMDS=initdb,pg_ctl,postgres,turnserver,ffmpeg,sh,setpriv,runuser';
      const faked = [`LD_PRELOAD=${library}`, `FAKETIME_TIMESTAMP_FILE=${clock}`, monotonicStays, readAgain];
      return { via: ['env', ...faked, serverAlone] };
    },
    strike: async () => {
      tellTime(stepS);
      await pause(outageMs);
      tellTime(-stepS);
      await pause(outageMs);
      tellTime(0);
      await pause(outageMs);
    },
    mayLoseMs: 0,
  },
};

function tellTime(aheadS: number): void {
  writeFileSync(clock, `${aheadS < 0 ? '' : '+'}${aheadS}s\n`);
}

/** To the last byte: others write there too, so nobody can say how much there is room for. */
function fill(path: string): void {
  const file = openSync(path, 'w');
  try {
    for (const size of [2 ** 20, 4096, 1]) {
      try {
        while (writeSync(file, Buffer.alloc(size)) === size);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      }
    }
  } finally {
    closeSync(file);
  }
}
