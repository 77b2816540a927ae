import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { within } from './namespaces';
import { type Network, publicAddress, publicHost } from './network';
import type { FamilyName } from './router';

const program = fileURLToPath(new URL('./floorServer.ts', import.meta.url));

export interface Floor {
  /** By the IP that the browser speaks. */
  url(family: FamilyName): string;
  stop(): Promise<void>;
}

/** The bench's bare page and a bare relay, in the public network, with the ICE servers that the app gets. */
export async function startFloor(network: Network, port: number, iceServers: unknown): Promise<Floor> {
  const [command = '', ...args] = [...within(network.public), process.execPath, '--import', 'tsx', program];
  const addresses = network.families.map((family) => publicAddress('floor', family));
  const child = spawn(command, [...args, String(port), ...addresses], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(JSON.stringify(iceServers));
  await new Promise<void>((resolve, reject) => {
    createInterface(child.stdout).once('line', () => resolve());
    child.once('exit', () => reject(new Error('The floor did not start.')));
  });
  return {
    url: (family) => `http://${publicHost('floor', family)}:${port}/`,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill();
      await exited;
    },
  };
}
