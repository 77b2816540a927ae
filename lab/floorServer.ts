/** `floorServer ADDRESS PORT`, ICE servers as JSON on stdin: serves the bench's bare page with them, and relays. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { WebSocketServer } from 'ws';

const [address, port] = process.argv.slice(2);
const bare = readFileSync(new URL('../bench/floor.html', import.meta.url), 'utf8');
const settings = "{ bundlePolicy: 'max-bundle' }";
if (!bare.includes(settings)) throw new Error('The bare page does not make its connection as it did.');
const page = bare.replace(settings, `{ bundlePolicy: 'max-bundle', iceServers: ${await text(process.stdin)} }`);

const http = createServer((_, response) => response.setHeader('Content-Type', 'text/html').end(page));
const relay = new WebSocketServer({ server: http });
relay.on('connection', (socket) => {
  socket.on('message', (message) => {
    for (const other of relay.clients) if (other !== socket) other.send(message.toString());
  });
});
http.listen(Number(port), address, () => console.log('ready'));
