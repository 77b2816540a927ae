// Runs in a page before its own scripts: camera and microphone become ones whose every frame carries its number, and whose
// sound is a steady hum with a short tone each second. When each frame was drawn and each tone began is noted, in Date.now(),
// which all processes of a machine share. `picture.ts` says how a frame carries its number.
(() => {
  const devices = navigator.mediaDevices;
  // An empty page has none.
  if (!devices) return;

  const framesPerSecond = 15;
  const width = 320;
  const height = 180;
  const cell = 20;
  const bits = 16;
  const toneEveryS = 1;
  const toneS = 0.1;
  /** Tones are told to the sound system so long ahead, and a page that is late may be so late. */
  const aheadS = 2;
  /** The clocks of page and sound are compared over so long. */
  const recentMs = 300;
  /** A connection that only sends, and has no data channel, is a recording's; it is asked so often what it has sent. */
  const askEveryMs = 100;

  /** @type {{ frames: { number: number, atMs: number }[], tones: number[], legs: { framesSent: number }[] }} */
  const log = { frames: [], tones: [], legs: [] };
  const nowMs = () => performance.timeOrigin + performance.now();

  let paused = false;
  /** @type {Promise<{ picture: MediaStreamTrack, sound: MediaStreamTrack }> | undefined} */
  let started;

  const drawnOn = () => {
    const canvas = document.createElement('canvas');
    Object.assign(canvas, { width, height });
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d', { willReadFrequently: true }));
    return { canvas, context };
  };

  /** What moves below the number, so that frames have a size as in life. */
  const drawTexture = () => {
    const { canvas, context } = drawnOn();
    for (let y = 0; y < height; y += 4)
      for (let x = 0; x < width; x += 4) {
        context.fillStyle = `hsl(${(x + y) % 360} 60% ${30 + Math.random() * 40}%)`;
        context.fillRect(x, y, 4, 4);
      }
    return canvas;
  };

  const startPicture = () => {
    const { canvas, context } = drawnOn();
    const texture = drawTexture();
    const stream = canvas.captureStream(0);
    const [picture] = stream.getTracks();
    if (!picture) throw new Error('The canvas gives no picture.');
    // Firefox is asked for a frame at the stream.
    const shutter = /** @type {CanvasCaptureMediaStreamTrack} */ ('requestFrame' in stream ? stream : picture);
    const startedAtMs = performance.now();
    let ticks = 0;
    let number = 0;
    const draw = () => {
      const due = Math.floor(((performance.now() - startedAtMs) * framesPerSecond) / 1000);
      if (due < ticks || paused) return;
      ticks = due + 1;
      number = (number + 1) % 2 ** bits;
      const turn = number / 20;
      context.drawImage(texture, -80 + 80 * Math.cos(turn), 40 + 60 * Math.sin(turn), 2 * width, 2 * height);
      const words = [number, (number * 40503 + 12345) % 2 ** bits];
      for (const [row, word] of words.entries())
        for (let bit = 0; bit < bits; bit++) {
          context.fillStyle = (word >> (bits - 1 - bit)) & 1 ? '#fff' : '#000';
          context.fillRect(bit * cell, row * 2 * cell, cell, 2 * cell);
        }
      log.frames.push({ number, atMs: nowMs() });
      shutter.requestFrame();
    };
    setInterval(draw, 1000 / framesPerSecond / 4);
    return picture;
  };

  const startSound = async () => {
    const context = new AudioContext({ sampleRate: 48_000, latencyHint: 'interactive' });
    await context.resume();
    const output = context.createMediaStreamDestination();
    output.channelCount = 1;
    const play = (/** @type {number} */ hz, /** @type {number} */ level) => {
      const tone = new OscillatorNode(context, { frequency: hz });
      const gain = new GainNode(context, { gain: level });
      tone.connect(gain).connect(output);
      tone.start();
      return gain.gain;
    };
    play(300, 0.05);
    const loudness = play(1000, 0);

    /** What the page's clock was ahead of the sound's: a busy machine makes the sound's stand still at times. */
    /** @type {{ atMs: number, aheadMs: number }[]} */
    let looks = [];
    let nextS = Math.ceil(context.currentTime) + toneEveryS;
    /** @type {number[]} */
    const waiting = [];
    setInterval(() => {
      looks = looks.filter(({ atMs }) => atMs > nowMs() - recentMs);
      looks.push({ atMs: nowMs(), aheadMs: nowMs() - context.currentTime * 1000 });
      // The least: the moment at which a block of samples is made.
      const aheadMs = Math.min(...looks.map((look) => look.aheadMs));
      while (nextS < context.currentTime + aheadS) {
        if (!paused) {
          loudness.setValueAtTime(0.7, nextS);
          loudness.setValueAtTime(0, nextS + toneS);
          waiting.push(nextS);
        }
        nextS += toneEveryS;
      }
      while (waiting[0] !== undefined && waiting[0] < context.currentTime) {
        log.tones.push((waiting.shift() ?? 0) * 1000 + aheadMs);
      }
    }, 5);
    const [sound] = output.stream.getTracks();
    if (!sound) throw new Error('The sound system gives no sound.');
    return sound;
  };

  const capture = devices.getUserMedia.bind(devices);
  devices.getUserMedia = async (constraints) => {
    // As in life, somebody has to allow it, and the device has to be there.
    for (const track of (await capture(constraints)).getTracks()) track.stop();
    started ??= startSound().then((sound) => ({ picture: startPicture(), sound }));
    const { picture, sound } = await started;
    const tracks = [];
    if (constraints?.audio) tracks.push(sound.clone());
    if (constraints?.video) tracks.push(picture.clone());
    return new MediaStream(tracks);
  };

  const follow = (/** @type {RTCPeerConnection} */ connection) => {
    /** @type {{ framesSent: number } | undefined} */
    let leg;
    const timer = setInterval(async () => {
      if (connection.signalingState === 'closed') {
        clearInterval(timer);
        return;
      }
      const ways = connection.getTransceivers().map(({ currentDirection }) => currentDirection);
      if (!leg) {
        if (!ways.includes('sendonly') || ways.includes('sendrecv') || connection.sctp) return;
        leg = { framesSent: 0 };
        log.legs.push(leg);
      }
      let framesSent = 0;
      for (const entry of (await connection.getStats()).values())
        if (entry.type === 'outbound-rtp' && entry.kind === 'video') framesSent += entry.framesSent ?? 0;
      leg.framesSent = Math.max(leg.framesSent, framesSent);
    }, askEveryMs);
  };
  window.RTCPeerConnection = class extends window.RTCPeerConnection {
    /** @param {RTCConfiguration} [configuration] */
    constructor(configuration) {
      super(configuration);
      follow(this);
    }
  };

  window.source = {
    log,
    /** Nothing new from now on: what has been sent can arrive. */
    pause() {
      paused = true;
    },
  };
})();
