import type { Person } from './person';

/** What kind of message, on which socket and in which direction, as the page sees it: `call out offer`. */
export type Frame = `${'call' | 'notifications'} ${'in' | 'out'} ${string}`;

export interface Cut {
  readonly frame: Frame;
  /** Which of its kind since `record`, from 1. */
  readonly occurrence: number;
  /**
   * `before`: the frame is lost with the network, so that nobody tells the server of a call's socket that it is gone.
   * `after`: the frame is the last that passes, and both ends see the socket close.
   */
  readonly moment: 'before' | 'after';
}

export interface Recording {
  readonly frames: readonly Frame[];
  /** What is still to be cut. */
  readonly cut: Cut | null;
  /** The server has said on the call's socket that the call is connected. */
  readonly settled: boolean;
}

declare global {
  interface Window {
    recording: Recording;
  }
}

/** From its next load on, the sockets of this person's page can be recorded and cut. */
export async function makeCuttable({ page }: Person): Promise<void> {
  await page.evaluateOnNewDocument(patchSockets);
}

/** Forgets what was recorded, and cuts where it is told to: once. */
export async function record({ page }: Person, cut: Cut | null): Promise<void> {
  await page.evaluate((wanted) => {
    window.recording = { frames: [], cut: wanted, settled: false };
  }, cut);
}

export function recorded({ page }: Person): Promise<Recording> {
  return page.evaluate(() => window.recording);
}

/** Waits until this page knows from the server that the call is connected. */
export async function isSettled({ page }: Person): Promise<void> {
  await (await page.waitForFunction(() => window.recording.settled)).dispose();
}

/** Runs in the page before its own scripts. */
function patchSockets(): void {
  window.recording = { frames: [], cut: null, settled: false };

  /** Adds a frame, and says whether the socket is cut at it. */
  const add = (frame: Frame): Cut['moment'] | null => {
    const { frames, cut } = window.recording;
    window.recording = { ...window.recording, frames: [...frames, frame] };
    const occurrence = frames.filter((one) => one === frame).length + 1;
    if (cut?.frame !== frame || cut.occurrence !== occurrence) return null;
    window.recording = { ...window.recording, cut: null };
    return cut.moment;
  };

  window.WebSocket = class extends window.WebSocket {
    readonly #name: 'call' | 'notifications';
    /** Nothing passes any more, in either direction; a moment later the page learns of it. */
    #dead = false;

    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      this.#name = new URL(url).pathname.startsWith('/ws/call/') ? 'call' : 'notifications';
      // The first listener: what it stops, nobody else hears.
      super.addEventListener('message', (event) => {
        if (this.#dead || this.#receives(JSON.parse(event.data)) === 'before') event.stopImmediatePropagation();
      });
    }

    override send(data: string): void {
      if (this.#dead) return;
      const moment = add(`${this.#name} out ${JSON.parse(data).type}`);
      if (moment !== 'before') super.send(data);
      if (moment !== null) this.#cut(moment);
    }

    override close(code?: number, reason?: string): void {
      if (!this.#dead) super.close(code, reason);
    }

    #receives(message: { type: string; notification_type?: string; call?: { state: string } }): Cut['moment'] | null {
      const moment = add(`${this.#name} in ${message.notification_type ?? message.type}`);
      if (moment !== null) this.#cut(moment);
      if (moment !== 'before' && this.#name === 'call' && message.call?.state === 'CONNECTED') {
        window.recording = { ...window.recording, settled: true };
      }
      return moment;
    }

    #cut(moment: Cut['moment']): void {
      this.#dead = true;
      setTimeout(() => {
        if (moment === 'after' || this.#name === 'notifications') super.close();
        this.dispatchEvent(new CloseEvent('close', { code: 1006 }));
      });
    }
  };
}
