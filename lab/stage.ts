import type { Browser } from 'puppeteer-core';
import type { BrowserName } from '../tests/Browser/driver/browsers';
import { Person } from '../tests/Browser/driver/person';
import { Server } from '../tests/Browser/driver/server';
import { launchWithin } from './browsers';
import { type Floor, startFloor } from './floor';
import { within } from './namespaces';
import { type Network, type PublicName, publicAddress, publicHost } from './network';
import type { FamilyName } from './router';
import { Turn, turnIdentity } from './turn';

/** Signalling and pages: the one port that even the narrowest router lets out. */
const webPort = 443;

export type Couple = readonly [caller: BrowserName, callee: BrowserName];

export interface Cast {
  couple: Couple;
  /** One by default, two at most. */
  turnServers?: 1 | 2 | undefined;
  /** Of Ada's browser; Chromium only. */
  flags?: readonly string[];
  /** Of the server, beside those that the network asks for. */
  settings?: Readonly<Record<string, string>>;
  /** The words in front of the server's command. */
  serverVia?: readonly string[];
}

/** Two people in front of their browsers in a network, with the real server and coturn. */
export interface Stage {
  network: Network;
  turns: readonly Turn[];
  server: Server;
  /** The browser of Ada, who calls, and that of Ben. */
  browsers: readonly [caller: Browser, callee: Browser];
  ada: Person;
  ben: Person;
  /** The bare page beside it, with the same ICE servers. */
  startFloor(): Promise<Floor>;
}

/** Sets everything up, plays, and ends whatever was started, in the opposite order. */
export async function onStage<T>(
  network: Network,
  { couple, turnServers = 1, flags = [], settings = {}, serverVia = [] }: Cast,
  play: (stage: Stage) => Promise<T>,
): Promise<T> {
  const started: (() => Promise<unknown>)[] = [];
  try {
    const { families } = network;
    const names = (['turn', 'secondTurn'] as const).slice(0, turnServers);
    const addresses = names.map((name) => families.map((family) => publicAddress(name, family)));
    const identity = turnIdentity(addresses.flat());
    const turns = addresses.map((own) => new Turn(network.public, own, identity));
    for (const turn of turns) {
      await turn.start();
      started.push(() => turn.stop());
    }
    const iceUrls = turns.flatMap((turn, server) =>
      turn.urls.map((url, index): [string, string] => [`Ice:Servers:${server}:Urls:${index}`, url]),
    );
    const urlOf = (name: PublicName, family: FamilyName) => `http://${publicHost(name, family)}:${webPort}`;
    const server = await Server.start(
      { ...Object.fromEntries(iceUrls), 'Ice:TurnSecret': identity.secret, ...settings },
      {
        url: families.map((family) => urlOf('server', family)).join(';'),
        via: [...within(network.public), ...serverVia],
      },
    );
    started.push(() => server.dispose());

    const origins = families.flatMap((family) => [urlOf('server', family), urlOf('floor', family)]);
    const trust = { origins, keyHash: identity.keyHash };
    const left = await launchWithin(network.caller.namespace, couple[0], trust, flags);
    started.push(() => left.close());
    const right = await launchWithin(network.callee.namespace, couple[1], trust);
    started.push(() => right.close());
    const ada = await Person.signUp(left, urlOf('server', network.caller.familyName), 'Ada');
    const ben = await Person.signUp(right, urlOf('server', network.callee.familyName), 'Ben');
    const startOwnFloor = async () => {
      const floor = await startFloor(network, webPort, await iceServersOf(ada));
      started.push(floor.stop);
      return floor;
    };
    return await play({ network, turns, server, browsers: [left, right], ada, ben, startFloor: startOwnFloor });
  } finally {
    for (const end of started.reverse()) await end().catch((error) => console.error(error));
  }
}

/** What the real server tells a browser, asked for as its own page does. */
function iceServersOf(person: Person): Promise<unknown> {
  return person.page.evaluate(async () => {
    const response = await fetch('/ice-servers');
    if (!response.ok) throw new Error(`The server answered ${response.status} for its ICE servers.`);
    return (await response.json()).ice_servers;
  });
}
