import { execFileSync } from 'node:child_process';
import { chmodSync, closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
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

/** At most a frame and the way of a packet, at the picture's pace; see the page on the lab. */
const killLossMs = 100;

let disk = '';
let clock = 0;

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
      const folder = mkdtempSync(join(tmpdir(), 'clock-'));
      // What the server starts may run as somebody else, and is to find the library too.
      chmodSync(folder, 0o755);
      const library = join(folder, 'clock.so');
      execFileSync('cc', [
        '-O2',
        '-shared',
        '-fPIC',
        '-o',
        library,
        fileURLToPath(new URL('clock.c', import.meta.url)),
      ]);
      clock = openSync(join(folder, 'step'), 'w+');
      tellTime(0);
      return {
        via: ['env', `LD_PRELOAD=${library}`, `CLOCK_STEP_FILE=${join(folder, 'step')}`],
        clear: () => {
          closeSync(clock);
          rmSync(folder, { recursive: true });
        },
      };
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

/** In one write, so that nobody reads half of it. */
function tellTime(aheadS: number): void {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(BigInt(aheadS));
  writeSync(clock, bytes, 0, bytes.length, 0);
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
