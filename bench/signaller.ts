import { randomBytes, randomUUID } from 'node:crypto';
import WebSocket from 'ws';

type Message = Record<string, unknown>;

const sdp = `v=0\r\n${'a=rtpmap:96 VP8/90000\r\n'.repeat(120)}`;
const candidates = Array.from({ length: 4 }, (_, index) => ({
  candidate: `candidate:${index} 1 udp 1 192.0.2.1 9 typ host`,
}));

/** A person may report so often at once that this many calls in a row are not too many. */
const callsPerPair = 8;
/** So many pairs call at the same time: what is measured is processor time, and nobody waits for a busy machine in between. */
const lanes = 4;
/** A machine that does much else is slow; what takes longer will not come any more. */
const patienceMs = 60_000;

/** Pairs of people who call each other through the real server, without media: what a call's signalling costs, and nothing else. */
export class Signaller {
  /** Those who do not call; whoever has waited longest is next. */
  readonly #free: Pair[] = [];

  private constructor(
    private readonly url: string,
    private readonly reports: boolean,
  ) {}

  /**
   * @param reports whether their pages tell of their calls
   * @param calls how many calls there will be in all
   */
  static async start(url: string, reports: boolean, calls: number): Promise<Signaller> {
    const signaller = new Signaller(url, reports);
    for (let pair = 0; pair < lanes || pair * callsPerPair < calls; pair++) {
      const [ada, ben] = [await Someone.signUp(url, 'Ada'), await Someone.signUp(url, 'Ben')];
      const channel = await ada.post('/channels', { person_id: ben.personId });
      signaller.#free.push({ ada, ben, channelId: String(channel.channel_id) });
    }
    return signaller;
  }

  async calls(count: number): Promise<void> {
    let left = count;
    const lane = async () => {
      while (left-- > 0) {
        const pair = this.#free.shift() as Pair;
        await this.#call(pair);
        this.#free.push(pair);
      }
    };
    await Promise.all(Array.from({ length: lanes }, lane));
  }

  async #call({ ada, ben, channelId }: Pair): Promise<void> {
    const people = [ada, ben];
    const trace = randomBytes(16).toString('hex');
    const headers: Record<string, string> = this.reports ? { traceparent: `00-${trace}-${trace.slice(16)}-01` } : {};
    const beganAt = Date.now();
    const { call_id: callId } = await ada.post(
      '/calls/initiate',
      { call_type: 'video', channel_id: channelId },
      headers,
    );
    await Promise.all([ada.join(this.url, String(callId)), ben.join(this.url, String(callId))]);
    ada.say({ type: 'offer', to: ben.peer, seq: 1, sdp });
    await ben.hears('offer');
    ben.say({ type: 'accept' });
    await ben.hearsState('CONNECTING');
    ben.say({ type: 'answer', to: ada.peer, seq: 1, sdp });
    ben.say({ type: 'ice_candidates_batch', to: ada.peer, seq: 2, candidates });
    ada.say({ type: 'ice_candidates_batch', to: ben.peer, seq: 2, candidates });
    await ada.hears('ice_candidates_batch');
    for (const one of people) one.say({ type: 'media_state', media_state: 'connected' });
    await ada.hearsState('CONNECTED');
    if (this.reports) await Promise.all(people.map((one) => one.report(String(callId), beganAt, 14, 12)));
    ada.say({ type: 'end_call' });
    await Promise.all([ada.hearsState('ENDED'), ben.hearsState('ENDED')]);
    if (this.reports) await Promise.all(people.map((one) => one.report(String(callId), beganAt, 2, 2)));
    for (const one of people) one.close();
  }
}

interface Pair {
  readonly ada: Someone;
  readonly ben: Someone;
  readonly channelId: string;
}

/** One person's page, as far as the server sees it. */
class Someone {
  peer = '';
  #socket: WebSocket | null = null;
  #deviceId = '';
  #heard: Message[] = [];
  #arrived: () => void = () => {};

  private constructor(
    readonly url: string,
    readonly personId: string,
    readonly headers: Record<string, string>,
  ) {}

  static async signUp(url: string, name: string): Promise<Someone> {
    const account = { email: `${randomUUID()}@example.org`, password: randomUUID(), display_name: name };
    const made = await fetch(`${url}/account/sign-up`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(account),
    });
    const me = (await made.json()) as { person_id: string; antiforgery_token: string };
    const cookie = made.headers
      .getSetCookie()
      .map((one) => one.split(';')[0])
      .join('; ');
    return new Someone(url, me.person_id, { cookie, 'x-sightline-antiforgery': me.antiforgery_token });
  }

  async post(path: string, body: object, headers: Record<string, string> = {}): Promise<Message> {
    const answer = await fetch(this.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...this.headers, ...headers },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.status === 204 ? {} : ((await answer.json()) as Message);
  }

  async join(url: string, callId: string): Promise<void> {
    this.#heard = [];
    this.#deviceId = randomUUID();
    this.peer = `${this.personId}/${this.#deviceId}`;
    const origin = new URL(url).origin;
    const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/ws/call/${callId}`, {
      headers: { cookie: this.headers.cookie ?? '', origin },
    });
    this.#socket = socket;
    socket.on('message', (data) => {
      this.#heard.push(JSON.parse(String(data)) as Message);
      this.#arrived();
    });
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    this.say({ type: 'join', device_id: this.#deviceId });
    await this.hears('joined');
  }

  say(message: Message): void {
    this.#socket?.send(JSON.stringify(message));
  }

  hears(type: string): Promise<void> {
    return this.#until(type, (message) => message.type === type);
  }

  hearsState(state: string): Promise<void> {
    return this.#until(state, ({ call }) => (call as { state?: string } | undefined)?.state === state);
  }

  /** As long as a page's own reports are. */
  async report(callId: string, beganAt: number, spans: number, events: number): Promise<void> {
    await this.post(`/calls/${callId}/telemetry`, {
      device_id: this.#deviceId,
      sent_at_ms: Date.now(),
      spans: Array.from({ length: spans }, () => ({
        ...{ name: 'set_remote', span_id: randomBytes(8).toString('hex'), parent_id: '00000000000000a1' },
        ...{ start_ms: beganAt, end_ms: Date.now(), result: 'ok' },
      })),
      events: Array.from({ length: events }, () => ({ name: 'ice_state', at_ms: Date.now(), detail: 'connected' })),
      links: [{ path: 'direct', codec: 'vp8', first_frame_ms: 420 }],
    });
  }

  close(): void {
    this.#socket?.close();
    this.#socket = null;
  }

  async #until(what: string, wanted: (message: Message) => boolean): Promise<void> {
    const deadline = Date.now() + patienceMs;
    while (!this.#heard.some(wanted)) {
      if (Date.now() > deadline) {
        const heard = this.#heard.map(({ type, code }) => (code === undefined ? type : `${type} ${code}`));
        throw new Error(`${what} did not come; what came: ${heard.join(', ') || 'nothing'}.`);
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, deadline - Date.now() + 1);
        this.#arrived = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }
}
