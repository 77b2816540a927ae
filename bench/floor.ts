import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';

const page = readFileSync(new URL('./floor.html', import.meta.url));

/** A bare page and a bare relay: what a call costs before a product is built around it. */
export async function startFloor(): Promise<{ url: string; stop(): Promise<void> }> {
  const http = createServer((_, response) => response.setHeader('Content-Type', 'text/html').end(page));
  const relay = new WebSocketServer({ server: http });
  relay.on('connection', (socket: WebSocket) => {
    socket.on('message', (message) => {
      for (const other of relay.clients) if (other !== socket) other.send(message.toString());
    });
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const address = http.address();
  if (address === null || typeof address === 'string') throw new Error('The floor has no port.');
  return {
    url: `http://localhost:${address.port}/`,
    stop: async () => {
      for (const client of relay.clients) client.terminate();
      relay.close();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}
