import type {
  Device,
  DeviceChange,
  DeviceKind,
  Devices,
  DevicesSnapshot,
  Facing,
  Preview,
  Unsubscribe,
} from '../api.js';
import type { Scope, Undo } from '../lifetime.js';
import { Listeners } from '../listeners.js';
import { capture as policy } from '../policy.js';
import type { Runtime } from '../runtime.js';
import type { InputKind, Wish } from './capture.js';
import { type Choices, readChoices, writeChoices } from './choices.js';
import { choices, type Identity, kindOf, type Listing, newcomer, readListing, stands } from './listing.js';
import { LivePreview } from './preview.js';

/** What a microphone or camera in use has to hear. */
export interface DeviceFollower {
  /** The person wants another one. */
  wished(): void;
  /** Others are there now. */
  listed(): void;
}

/** The devices of this computer and the person's choice. Looks at them only while somebody wants to know. */
export class DeviceList implements Devices {
  readonly #scope: Scope;
  readonly #runtime: Runtime;
  readonly #listeners = new Listeners<[]>();
  readonly #followers = new Map<DeviceFollower, InputKind>();
  #choices: Choices;
  #listing: Listing = [];
  #offered: Device | null = null;
  #change: DeviceChange | null = null;
  /** Where the camera that was captured last looks. */
  #facing: Facing = null;
  #users = 0;
  #used: Scope | null = null;
  #refreshing = false;
  #stale = false;
  #snapshot: DevicesSnapshot;

  constructor(scope: Scope, runtime: Runtime) {
    this.#scope = scope;
    this.#runtime = runtime;
    this.#choices = readChoices(runtime.storage);
    this.#snapshot = this.#picture();
  }

  get snapshot(): DevicesSnapshot {
    return this.#snapshot;
  }

  get listing(): Listing {
    return this.#listing;
  }

  get pauseVideoWhenHidden(): boolean {
    return this.#choices.pauseVideoWhenHidden;
  }

  set pauseVideoWhenHidden(pauseVideoWhenHidden: boolean) {
    this.#remember({ pauseVideoWhenHidden });
  }

  subscribe(listener: () => void): Unsubscribe {
    const forget = this.#listeners.add(listener);
    const done = this.#use();
    return () => {
      forget();
      done();
    };
  }

  choose(kind: DeviceKind, deviceId: string | null): void {
    this.#remember({ [kind]: deviceId, ...(kind === 'camera' && { facing: null }) });
    if (this.#offered?.kind === kind && this.#offered.deviceId === deviceId) this.#offered = null;
    this.#tell();
    if (kind !== 'speaker') this.#wished(kind);
  }

  switchCamera(): void {
    const chosen = this.#listing.find(({ kind, deviceId }) => kind === 'camera' && deviceId === this.#choices.camera);
    const now = this.#choices.facing ?? chosen?.facing ?? this.#facing;
    this.#remember({ camera: null, facing: now === 'environment' ? 'user' : 'environment' });
    this.#tell();
    this.#wished('camera');
  }

  dismissOffer(): void {
    this.#offered = null;
    this.#tell();
  }

  preview(options: { microphone: boolean; camera: boolean }): Preview {
    return new LivePreview(this.#scope.child(), this.#runtime, this, options);
  }

  wish(kind: InputKind): Wish {
    return kind === 'audio'
      ? { deviceId: this.#choices.microphone, facing: null }
      : { deviceId: this.#choices.camera, facing: this.#choices.facing };
  }

  follow(scope: Scope, kind: InputKind, follower: DeviceFollower): void {
    const done = this.#use();
    this.#followers.set(follower, kind);
    scope.own(() => {
      this.#followers.delete(follower);
      done();
    });
  }

  /** A device is in use: it needs no offer, and from now on the browser may tell more about all of them. */
  captured(identity: Identity, facing: Facing): void {
    this.#facing = facing ?? this.#facing;
    const { kind, deviceId } = this.#offered ?? {};
    const offered = this.#listing.find((one) => one.kind === kind && one.deviceId === deviceId);
    if (offered !== undefined && kind !== 'speaker' && stands(identity, offered)) this.dismissOffer();
    void this.#refresh();
  }

  /** A device in use was replaced, or is back. */
  changed(change: DeviceChange): void {
    this.#change = change;
    this.#tell();
  }

  #use(): Undo {
    this.#users += 1;
    if (this.#users === 1) {
      const { mediaDevices } = this.#runtime;
      if (mediaDevices !== undefined) {
        const refresh = () => void this.#refresh();
        this.#used = this.#scope.child();
        this.#used.listen(mediaDevices, 'devicechange', refresh);
        this.#used.interval(refresh, policy.listIntervalMs);
      }
      void this.#refresh();
    }
    let used = true;
    return () => {
      if (!used) return;
      used = false;
      this.#users -= 1;
      if (this.#users === 0) this.#used?.dispose();
    };
  }

  /** One listing at a time; a change meanwhile asks for another. */
  async #refresh(): Promise<void> {
    this.#stale = true;
    if (this.#refreshing) return;
    this.#refreshing = true;
    while (this.#stale) {
      this.#stale = false;
      const infos = await this.#runtime.mediaDevices?.enumerateDevices().catch(() => null);
      if (infos && !this.#scope.disposed) this.#list(readListing(infos));
    }
    this.#refreshing = false;
  }

  #list(listing: Listing): void {
    const before = this.#listing;
    if (JSON.stringify(listing) === JSON.stringify(before)) return;
    this.#listing = listing;
    const gone = !listing.some((one) => one.kind === this.#offered?.kind && one.deviceId === this.#offered.deviceId);
    this.#offered = newcomer(before, listing, this.#choices) ?? (gone ? null : this.#offered);
    this.#tell();
    for (const follower of [...this.#followers.keys()]) follower.listed();
  }

  #wished(kind: DeviceKind): void {
    for (const [follower, followed] of [...this.#followers]) if (kindOf(followed) === kind) follower.wished();
  }

  #remember(change: Partial<Choices>): void {
    this.#choices = { ...this.#choices, ...change };
    writeChoices(this.#runtime.storage, this.#choices);
  }

  #tell(): void {
    this.#snapshot = this.#picture();
    this.#listeners.tell();
  }

  #picture(): DevicesSnapshot {
    const listing = this.#listing;
    const { microphone, camera, speaker } = this.#choices;
    const facings = listing.map(({ facing }) => facing);
    return {
      microphones: choices(listing, 'microphone'),
      cameras: choices(listing, 'camera'),
      speakers: choices(listing, 'speaker'),
      chosen: { microphone, camera, speaker },
      offered: this.#offered,
      change: this.#change,
      canChooseSpeaker: this.#runtime.canChooseSpeaker,
      canSwitchCamera: facings.includes('user') && facings.includes('environment'),
    };
  }
}
