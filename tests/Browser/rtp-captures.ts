/**
 * Captures RTP and RTCP as a browser sends it, before encryption, with the encoder's frames beside it. Both peers are in
 * one page; the packets come out of the browser's own log. Run by hand; the README beside the captures says how.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type BrowserName, launch } from './driver/browsers';
import { ownTempFolder } from './driver/temp';

const folder = new URL('../Sightline.Rtc.Tests/Captures/', import.meta.url).pathname;

/** Bytes of RTP kept of each capture, beside all RTCP: all captures together stay under 200 kB. */
const keptBytes = 18_000;

/** Sound is so even that a little of it is enough. */
const keptSound = 25;

/** Probes for bandwidth are padding alone; a few are enough. */
const keptProbes = 3;

const wanted: readonly [BrowserName, string][] = [
  ['chromium', 'VP8'],
  ['chromium', 'VP9'],
  ['chromium', 'AV1'],
  ['chromium', 'H264'],
  ['firefox', 'VP8'],
  ['firefox', 'VP9'],
  ['firefox', 'AV1'],
];

interface Frame {
  kind: 'audio' | 'video';
  timestamp: number;
  key: boolean;
  length: number;
  sha256: string;
}

interface Captured {
  offer: string;
  answer: string;
  frames: Frame[];
  version: string;
}

interface Packet {
  ms: number;
  bytes: Buffer;
}

const removeTempFolder = await ownTempFolder();
const site = createServer((_, response) => response.setHeader('Content-Type', 'text/html').end('<!doctype html>'));
await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
const url = `http://localhost:${(site.address() as AddressInfo).port}/`;
try {
  for (const [browser, codec] of wanted) await capture(browser, codec);
} finally {
  site.close();
  await removeTempFolder();
}

async function capture(name: BrowserName, codec: string) {
  const logs = join(process.env.TMPDIR ?? '/tmp', `${name}-${codec}`);
  rmSync(logs, { recursive: true, force: true });
  mkdirSync(logs, { recursive: true });
  const log = join(logs, 'packets');
  const browser = await launch(name, {
    flags: [
      '--force-fieldtrials=WebRTC-Debugging-RtpDump/Enabled/',
      '--enable-logging=stderr',
      '--vmodule=*/webrtc/*=4',
    ],
    environment: { ...process.env, PULSE_SERVER: 'unix:/dev/null', MOZ_LOG: 'RtpLogger:5', MOZ_LOG_FILE: log },
  });
  let text = '';
  browser.process()?.stderr?.on('data', (chunk) => {
    text += chunk;
  });
  let captured: Captured;
  try {
    const page = await browser.newPage();
    await page.goto(url);
    await page.bringToFront();
    captured = (await page.evaluate(inPage, codec)) as Captured;
    captured.version = await browser.version();
  } finally {
    await browser.close();
  }
  // Firefox writes a file a process.
  for (const file of readdirSync(logs)) text += readFileSync(join(logs, file), 'utf8');
  write(name, codec, captured, packetsOf(name, text));
}

/** `O 12:34:56.789 000000 80 60 …` is a line of text2pcap's format: time of day and bytes of a packet that was sent. */
function packetsOf(name: BrowserName, log: string): Packet[] {
  const packets: Packet[] = [];
  const line = /\bO (\d\d):(\d\d):(\d\d)\.(\d{1,6}) +0+ +((?:[0-9a-f]{2} ?)+)/g;
  for (const [, hours, minutes, seconds, fraction, hex = ''] of log.matchAll(line)) {
    const wholeSeconds = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds);
    // Firefox writes microseconds, and without leading zeros.
    const fractionMs = name === 'firefox' ? Math.floor(Number(fraction) / 1000) : Number(fraction);
    // Its seconds lag behind at times: the order of the lines is right.
    const ms = Math.max(wholeSeconds * 1000 + fractionMs, packets.at(-1)?.ms ?? 0);
    packets.push({ ms, bytes: Buffer.from(hex.replaceAll(' ', ''), 'hex') });
  }
  return packets;
}

function write(name: BrowserName, codec: string, captured: Captured, packets: readonly Packet[]) {
  const first = packets[0]?.ms ?? 0;
  const records: Buffer[] = [];
  let size = 0;
  let probes = 0;
  let sounds = 0;
  const opus = Number(/^a=rtpmap:(\d+) opus/m.exec(captured.answer)?.[1]);
  let full = false;
  const timestamps = new Set<number>();
  for (const { ms, bytes } of packets) {
    if ((bytes.readUInt8(1) & 0x7f) === opus && ++sounds > keptSound) continue;
    if (bytes.subarray(-100, -1).every((byte) => byte === 0) && ++probes > keptProbes) continue;
    const isRtcp = bytes.readUInt8(1) >= 192 && bytes.readUInt8(1) <= 223;
    if (!isRtcp) {
      full ||= size + bytes.length > keptBytes;
      if (full) continue;
      size += bytes.length;
      timestamps.add(bytes.readUInt32BE(4));
    }
    const head = Buffer.alloc(6);
    head.writeUInt32BE(ms - first, 0);
    head.writeUInt16BE(bytes.length, 4);
    records.push(head, bytes);
  }
  const file = `${name}-${codec.toLowerCase()}`;
  writeFileSync(join(folder, `${file}.rtp`), Buffer.concat(records));
  const description = {
    browser: captured.version,
    codec,
    // Of the canvas below, before and after it changes.
    sizes: [
      [160, 90],
      [120, 68],
    ],
    media: mediaOf(captured.answer, captured.offer),
    frames: captured.frames.filter(({ timestamp }) => timestamps.has(timestamp)),
  };
  const lines = JSON.stringify(description).replaceAll('{"kind"', '\n{"kind"');
  writeFileSync(join(folder, `${file}.json`), `${lines}\n`);
  console.error(`${file}: ${packets.length} packets, ${size} bytes of RTP kept, ${description.frames.length} frames`);
}

/** What the two descriptions agreed on, a media section each: payload types, header extensions, SSRCs. */
function mediaOf(answer: string, offer: string) {
  const sections = (sdp: string) => sdp.split(/^m=/m).slice(1);
  const numbers = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map((match) => Number(match[1]));
  return sections(answer).map((section, index) => ({
    kind: section.split(' ')[0],
    mid: /^a=mid:(.*?)\r?$/m.exec(section)?.[1],
    codecs: Object.fromEntries([...section.matchAll(/^a=rtpmap:(\d+) ([\w-]+)/gm)].map((m) => [m[1], m[2]])),
    rtx: Object.fromEntries([...section.matchAll(/^a=fmtp:(\d+) apt=(\d+)/gm)].map((m) => [m[1], Number(m[2])])),
    extensions: Object.fromEntries([...section.matchAll(/^a=extmap:(\d+)\S* (\S+)/gm)].map((m) => [m[1], m[2]])),
    ssrcs: [...new Set(numbers(sections(offer)[index] ?? '', /^a=ssrc:(\d+)/gm))],
  }));
}

/** Sends a picture that changes its size once, and a tone, for three seconds. */
async function inPage(codec: string): Promise<unknown> {
  const worker = new Worker(
    URL.createObjectURL(
      new Blob([
        `onrtctransform = ({ transformer: { readable, writable, options } }) =>
           readable.pipeThrough(new TransformStream({ async transform(frame, out) {
             const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', frame.data));
             const sha256 = [...digest.subarray(0, 8)].map((b) => b.toString(16).padStart(2, '0')).join('');
             const timestamp = frame.getMetadata().rtpTimestamp ?? frame.timestamp;
             postMessage({ kind: options.kind, timestamp, key: frame.type === 'key', length: frame.data.byteLength, sha256 });
             out.enqueue(frame);
           } })).pipeTo(writable);`,
      ]),
    ),
  );
  const frames: unknown[] = [];
  worker.onmessage = ({ data }) => frames.push(data);

  const canvas = document.createElement('canvas');
  canvas.width = 160;
  canvas.height = 90;
  document.body.append(canvas);
  const brush = canvas.getContext('2d') as CanvasRenderingContext2D;
  let drawn = 0;
  const draw = setInterval(() => {
    drawn++;
    if (drawn === 12) {
      canvas.width = 120;
      canvas.height = 68;
    }
    brush.fillStyle = 'white';
    brush.fillRect(0, 0, 160, 90);
    brush.font = '12px sans-serif';
    for (let line = 0; line < 3; line++) {
      brush.fillStyle = `hsl(${line * 120} 90% 40%)`;
      brush.fillText(`frame ${drawn} line ${line}`, 4, 14 + line * 20);
    }
  }, 100);

  const sender = new RTCPeerConnection();
  const receiver = new RTCPeerConnection();
  sender.onicecandidate = ({ candidate }) => candidate && receiver.addIceCandidate(candidate);
  receiver.onicecandidate = ({ candidate }) => candidate && sender.addIceCandidate(candidate);
  const sound = await navigator.mediaDevices.getUserMedia({ audio: true });
  const picture = canvas.captureStream(10);
  const tracks = [...sound.getTracks(), ...picture.getTracks()];
  for (const track of tracks) {
    const transceiver = sender.addTransceiver(track, { direction: 'sendonly', streams: [sound] });
    const Transform = (window as unknown as { RTCRtpScriptTransform: new (w: Worker, o: object) => never })
      .RTCRtpScriptTransform;
    (transceiver.sender as unknown as { transform: unknown }).transform = new Transform(worker, { kind: track.kind });
    const codecs = RTCRtpReceiver.getCapabilities(track.kind)?.codecs ?? [];
    const name = track.kind === 'video' ? codec : 'opus';
    const kept = codecs.filter(({ mimeType }) => [name, 'rtx'].includes(mimeType.split('/')[1] ?? ''));
    transceiver.setCodecPreferences(kept);
  }
  await sender.setLocalDescription();
  await receiver.setRemoteDescription(sender.localDescription as RTCSessionDescription);
  await receiver.setLocalDescription();
  await sender.setRemoteDescription(receiver.localDescription as RTCSessionDescription);
  for (const video of sender.getSenders().filter(({ track }) => track?.kind === 'video')) {
    const parameters = video.getParameters();
    for (const encoding of parameters.encodings) encoding.maxBitrate = 150_000;
    await video.setParameters(parameters);
  }
  await new Promise((resolve) => setTimeout(resolve, 4000));
  clearInterval(draw);
  const result = { offer: sender.localDescription?.sdp, answer: receiver.localDescription?.sdp, frames };
  sender.close();
  receiver.close();
  return result;
}
