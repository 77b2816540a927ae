/** `floorServer PORT ADDRESS…`, ICE servers as JSON on stdin: serves the bench's bare page with them, and relays. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { type WebSocket, WebSocketServer } from 'ws';

const [port, ...addresses] = process.argv.slice(2);
const bare = readFileSync(new URL('../bench/floor.html', import.meta.url), 'utf8');
const settings = "{ bundlePolicy: 'max-bundle' }";
if (!bare.includes(settings)) throw new Error('The bare page does not make its connection as it did.');
const page = bare.replace(settings, `{ bundlePolicy: 'max-bundle', iceServers: ${await text(process.stdin)} }`);

const clients = new Set<WebSocket>();
for (const address of addresses) {
  const http = createServer((_, response) => response.setHeader('Content-Type', 'text/html').end(page));
  new WebSocketServer({ server: http }).on('connection', (socket) => {
    clients.add(socket);
    socket.on('close', () => clients.delete(socket));
    socket.on('message', (message) => {
      for (const other of clients) if (other !== socket) other.send(message.toString());
    });
  });
  http.listen(Number(port), address);
  await once(http, 'listening');
}
console.log('ready');
