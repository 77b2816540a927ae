import { describe, expect, it } from 'vitest';
import { preferred, refusesVideo, sessionOf } from '../../src/peer/codecs.js';
import { applyEncodings, encodingsFor } from '../../src/peer/encodings.js';
import { bitrates } from '../../src/policy.js';

const able = ['VP8', 'rtx', 'VP9', 'H264', 'AV1', 'red', 'ulpfec'].map((name) => ({ mimeType: `video/${name}` }));
const names = (codecs: readonly { mimeType: string }[]) => codecs.map(({ mimeType }) => mimeType.slice(6));

describe('the preference of codecs', () => {
  it('puts the wanted ones first, in their order, and leaves nothing out', () => {
    expect(names(preferred(['h264', 'VP9'], able))).toEqual(['H264', 'VP9', 'VP8', 'AV1', 'rtx', 'red', 'ulpfec']);
  });

  it('changes nothing without a wish, or for one that this browser cannot fulfil', () => {
    expect(preferred([], able)).toEqual([]);
    expect(preferred(['H266'], able)).toEqual([]);
    expect(preferred(['VP8'], [])).toEqual([]);
  });
});

describe('an answer', () => {
  const answer = (video: string) => `v=0\r\no=- 77 2 IN IP4 127.0.0.1\r\nm=audio 9 UDP\r\n${video}`;

  it.each([
    ['takes pictures', 'm=video 9 UDP/TLS/RTP/SAVPF 96\r\n', false],
    ['takes pictures and no screen', 'm=video 9 UDP/TLS/RTP/SAVPF 96\r\nm=video 0 UDP/TLS/RTP/SAVPF 96\r\n', false],
    ['refuses pictures', 'm=video 0 UDP/TLS/RTP/SAVPF 96\r\n', true],
    ['refuses pictures and takes a screen', 'm=video 0 UDP 96\r\nm=video 9 UDP 96\r\n', true],
    ['knows no pictures', '', true],
  ])('%s', (_, video, refused) => {
    expect(refusesVideo(answer(video))).toBe(refused);
  });

  it('names the connection that it comes from', () => {
    expect(sessionOf(answer(''))).toBe('77');
    expect(sessionOf('v=0')).toBeNull();
  });
});

describe('what is sent of a picture', () => {
  it('is one within what a mesh leaves for each', () => {
    expect(encodingsFor({ choosesLayers: false, people: 2 })).toEqual([{ maxBitrate: 2_500_000 }]);
    for (const people of [3, 4]) {
      expect(encodingsFor({ choosesLayers: false, people })).toEqual([{ maxBitrate: 1_000_000 }]);
    }
  });

  it('is three sizes for a receiver that chooses', () => {
    expect(encodingsFor({ choosesLayers: true, people: 12 })).toEqual([
      { rid: 'l', scaleResolutionDownBy: 4, maxBitrate: 300_000 },
      { rid: 'm', scaleResolutionDownBy: 2, maxBitrate: 1_000_000 },
      { rid: 'h', scaleResolutionDownBy: 1, maxBitrate: 2_500_000 },
    ]);
  });

  it('is set on what the sender has, and not at all where it has nothing yet', () => {
    const set: object[] = [];
    const sender = (encodings: object[] | undefined) =>
      ({
        getParameters: () => ({ transactionId: '1', encodings }),
        setParameters: async (parameters: object) => void set.push(parameters),
      }) as unknown as RTCRtpSender;
    applyEncodings(sender(undefined), encodingsFor({ choosesLayers: false, people: 2 }));
    applyEncodings(sender([]), encodingsFor({ choosesLayers: false, people: 2 }));
    expect(set).toEqual([]);
    applyEncodings(sender([{ active: true }]), encodingsFor({ choosesLayers: false, people: 3 }));
    expect(set).toEqual([{ transactionId: '1', encodings: [{ active: true, maxBitrate: bitrates.groupBps }] }]);
  });
});
