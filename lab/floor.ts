import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { within } from './namespaces';
import { publicAddresses } from './network';

const program = fileURLToPath(new URL('./floorServer.ts', import.meta.url));

export interface Floor {
  url: string;
  stop(): Promise<void>;
}

/** The bench's bare page and a bare relay, in the public network, with the ICE servers that the app gets. */
export async function startFloor(namespace: string, port: number, iceServers: unknown): Promise<Floor> {
  const address = publicAddresses.floor;
  const [command = '', ...args] = [...within(namespace), process.execPath, '--import', 'tsx', program];
  const child = spawn(command, [...args, address, String(port)], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(JSON.stringify(iceServers));
  await new Promise<void>((resolve, reject) => {
    createInterface(child.stdout).once('line', () => resolve());
    child.once('exit', () => reject(new Error('The floor did not start.')));
  });
  return {
    url: `http://${address}:${port}/`,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill();
      await exited;
    },
  };
}
