import { type ChatMessage, type Reaction, type RemotePeer, reactions, type Unsubscribe } from '../api.js';
import { Listeners } from '../listeners.js';
import { Bucket } from '../peer/control.js';
import { control as policy } from '../policy.js';
import type { Runtime } from '../runtime.js';
import type { Links } from './links.js';

/** Chat and reactions of one call: they go from page to page and are kept nowhere else. */
export class Talk {
  readonly #runtime: Runtime;
  readonly #links: Links;
  readonly #changed: () => void;
  readonly #listeners = new Listeners<[Reaction, RemotePeer | null]>();
  readonly #limit = new Bucket(policy.outgoing);
  #messages: readonly ChatMessage[] = [];

  constructor(runtime: Runtime, links: Links, changed: () => void) {
    this.#runtime = runtime;
    this.#links = links;
    this.#changed = changed;
  }

  /** Oldest first; a new list after every change. */
  get messages(): readonly ChatMessage[] {
    return this.#messages;
  }

  onReaction(listener: (reaction: Reaction, from: RemotePeer | null) => void): Unsubscribe {
    return this.#listeners.add(listener);
  }

  /** `false` when nobody can read it, or it cannot be said. */
  say(text: string): boolean {
    const id = this.#runtime.uuid();
    if (text.trim() === '' || text.length > policy.maxChatChars || !this.#limit.take(this.#runtime.now())) return false;
    if (!this.#links.sendChat(id, text)) return false;
    this.#keep({ id, from: null, text, atMs: this.#runtime.epochMs() });
    return true;
  }

  react(reaction: Reaction): void {
    if (!reactions.includes(reaction) || !this.#limit.take(this.#runtime.now())) return;
    this.#listeners.tell(reaction, null);
    this.#links.sendReaction(reaction);
  }

  /** What was heard before is left out. */
  heard({ peer, personId, displayName }: RemotePeer, id: string, text: string): void {
    // An id of others must not be taken for one's own.
    const unique = `${peer}/${id}`;
    if (this.#messages.some((one) => one.id === unique)) return;
    this.#keep({ id: unique, from: { personId, displayName }, text, atMs: this.#runtime.epochMs() });
  }

  reacted(reaction: Reaction, from: RemotePeer): void {
    this.#listeners.tell(reaction, from);
  }

  clear(): void {
    this.#listeners.clear();
  }

  #keep(message: ChatMessage): void {
    this.#messages = [...this.#messages, message].slice(-policy.maxChatMessages);
    this.#changed();
  }
}
