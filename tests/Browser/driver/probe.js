// Runs in a page before its own scripts and keeps account of what the page holds open,
// so that a test can read real connections and find what a finished call left behind.
// It holds no finished thing alive: closed connections and ended tracks leave its sets.
(() => {
  /** A window that the page has made for connections reports to the page. @type {Set<RTCPeerConnection>} */
  const connections = window.parent.probe?.connections ?? new Set();
  /** @type {Set<MediaStreamTrack>} */
  const tracks = new Set();
  /** @type {Set<WebSocket>} */
  const sockets = new Set();
  /** @type {Set<Worker>} */
  const workers = new Set();
  /** @type {Set<AudioContext>} */
  const audioContexts = new Set();
  /** @type {Set<unknown>} */
  const timers = new Set();
  /** @type {Map<string, number>} */
  const listeners = new Map();
  /** @type {Promise<void>} */
  let descriptionGate = Promise.resolve();
  let openGate = () => {};
  const NativeConnection = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends NativeConnection {
    /** @param {RTCConfiguration} [configuration] */
    constructor(configuration) {
      super(configuration);
      connections.add(this);
      super.addEventListener('connectionstatechange', () => {
        if (this.connectionState === 'connected') probe.onConnected(performance.now());
      });
    }

    /** @param {RTCLocalSessionDescriptionInit} [description] */
    // @ts-expect-error: the overload with callbacks is older than this product
    async setLocalDescription(description) {
      await descriptionGate;
      return description === undefined ? super.setLocalDescription() : super.setLocalDescription(description);
    }

    /** @override */
    close() {
      connections.delete(this);
      super.close();
    }
  };

  const remember = (/** @type {MediaStream} */ stream) => {
    for (const track of stream.getTracks()) tracks.add(track);
    return stream;
  };
  const devices = navigator.mediaDevices;
  if (devices) {
    const getUserMedia = devices.getUserMedia.bind(devices);
    devices.getUserMedia = async (constraints) => remember(await getUserMedia(constraints));
    // Firefox leaves it out where there is no TLS.
    const getDisplayMedia = devices.getDisplayMedia?.bind(devices);
    if (getDisplayMedia) devices.getDisplayMedia = async (options) => remember(await getDisplayMedia(options));
  }
  const clone = MediaStreamTrack.prototype.clone;
  MediaStreamTrack.prototype.clone = function () {
    const copy = clone.call(this);
    tracks.add(copy);
    return copy;
  };

  window.WebSocket = class extends window.WebSocket {
    /** @param {string | URL} url @param {string | string[]} [protocols] */
    constructor(url, protocols) {
      super(url, protocols);
      sockets.add(this);
      super.addEventListener('close', () => sockets.delete(this));
    }
  };

  window.Worker = class extends window.Worker {
    /** @param {string | URL} url @param {WorkerOptions} [options] */
    constructor(url, options) {
      super(url, options);
      workers.add(this);
    }

    /** @override */
    terminate() {
      workers.delete(this);
      super.terminate();
    }
  };

  window.AudioContext = class extends window.AudioContext {
    /** @param {AudioContextOptions} [options] */
    constructor(options) {
      super(options);
      audioContexts.add(this);
    }

    /** @override */
    close() {
      audioContexts.delete(this);
      return super.close();
    }
  };

  for (const [set, clear, repeats] of /** @type {const} */ ([
    ['setTimeout', 'clearTimeout', false],
    ['setInterval', 'clearInterval', true],
  ])) {
    const nativeSet = window[set].bind(window);
    const nativeClear = window[clear].bind(window);
    // @ts-expect-error: Node's types for timers are in scope too
    window[set] = (/** @type {unknown} */ handler, /** @type {number} */ delayMs, /** @type {unknown[]} */ ...args) => {
      if (typeof handler !== 'function') throw new TypeError('timers take functions');
      const id = nativeSet(() => {
        if (!repeats) timers.delete(id);
        handler(...args);
      }, delayMs);
      timers.add(id);
      return id;
    };
    // @ts-expect-error: likewise
    window[clear] = (/** @type {number | undefined} */ id) => {
      timers.delete(id);
      nativeClear(id);
    };
  }

  // Listeners on what outlives a call; those on a call's own objects go with the objects.
  for (const [name, target] of /** @type {[string, EventTarget | undefined][]} */ ([
    ['window', window],
    ['document', document],
    ['mediaDevices', devices],
    ['connection', Reflect.get(navigator, 'connection')],
    ['screen', screen.orientation],
  ])) {
    if (!target) continue;
    /** @type {WeakMap<object, Set<string>>} */
    const held = new WeakMap();
    const add = target.addEventListener.bind(target);
    const remove = target.removeEventListener.bind(target);
    const key = (/** @type {string} */ type, /** @type {unknown} */ options) =>
      `${type}/${typeof options === 'object' && options ? Reflect.get(options, 'capture') === true : options === true}`;
    const forget = (/** @type {object} */ handler, /** @type {string} */ entry) => {
      if (held.get(handler)?.delete(entry)) listeners.set(name, (listeners.get(name) ?? 1) - 1);
    };
    target.addEventListener = (
      /** @type {string} */ type,
      /** @type {EventListenerOrEventListenerObject | null} */ handler,
      /** @type {boolean | AddEventListenerOptions | undefined} */ options,
    ) => {
      add(type, handler, options);
      if (!handler) return;
      const entry = key(type, options);
      const entries = held.get(handler) ?? new Set();
      if (entries.has(entry)) return;
      held.set(handler, entries.add(entry));
      listeners.set(name, (listeners.get(name) ?? 0) + 1);
      const gone = () => forget(handler, entry);
      if (typeof options === 'object' && options.signal) options.signal.addEventListener('abort', gone, { once: true });
      if (typeof options === 'object' && options.once) add(type, gone, { once: true });
    };
    target.removeEventListener = (
      /** @type {string} */ type,
      /** @type {EventListenerOrEventListenerObject | null} */ handler,
      /** @type {boolean | EventListenerOptions | undefined} */ options,
    ) => {
      remove(type, handler, options);
      if (handler) forget(handler, key(type, options));
    };
  }

  const probe = {
    connections,
    sockets,
    /** @param {number} _atMs */
    onConnected(_atMs) {},
    /** Keeps every peer connection before its local description until `release`: a call that is slow to connect. */
    hold() {
      descriptionGate = new Promise((resolve) => {
        openGate = resolve;
      });
    },
    release() {
      openGate();
    },
    open() {
      const liveTracks = [...tracks].filter((track) => track.readyState === 'live');
      tracks.clear();
      for (const track of liveTracks) tracks.add(track);
      return {
        connections: connections.size,
        tracks: tracks.size,
        sockets: sockets.size,
        workers: workers.size,
        audioContexts: audioContexts.size,
        timers: timers.size,
        ...Object.fromEntries([...listeners].map(([name, count]) => [`${name}Listeners`, count])),
      };
    },
  };
  window.probe = probe;
})();
