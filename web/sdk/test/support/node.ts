import type { Network } from './network.js';
import { FakePeerConnection } from './peer-connection.js';

/** The media node: answers offers, is reached without being told of candidates, and hears what is sent to it. */
export class FakeNode {
  /** The present connection of each person. */
  readonly legs = new Map<string, FakePeerConnection>();
  /** How many offers it has answered. */
  offers = 0;
  readonly #network: Network;

  constructor(network: Network) {
    this.#network = network;
    network.lite.add('node');
  }

  async answer(person: string, offer: string): Promise<string> {
    this.offers += 1;
    this.legs.get(person)?.close();
    const connection = new FakePeerConnection(this.#network, {}, 'node');
    this.legs.set(person, connection);
    await connection.setRemoteDescription({ type: 'offer', sdp: offer });
    await connection.setLocalDescription();
    return connection.localDescription?.sdp ?? '';
  }

  /** As after a crash: whoever sent hears nothing more. */
  die(): void {
    for (const leg of this.legs.values()) leg.broken = true;
  }

  stop(): void {
    for (const leg of this.legs.values()) leg.close();
    this.legs.clear();
  }
}
