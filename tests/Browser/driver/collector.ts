import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

/** `STATUS_CODE_ERROR`. */
const errorStatus = 2;

export interface Span {
  traceId: string;
  spanId: string;
  parentId: string;
  name: string;
  startMs: number;
  endMs: number;
  failed: boolean;
}

/** An OTLP/HTTP collector: keeps spans (protobuf and JSON) to be asked for, and every byte to be searched. */
export class Collector {
  readonly spans: Span[] = [];
  readonly requests: Record<string, number> = {};
  readonly #bytes = new Map<string, number>();
  #everything = '';
  #arrived: () => void = () => {};

  private constructor(private readonly server: Server) {}

  static async start(): Promise<Collector> {
    const server = createServer();
    const collector = new Collector(server);
    server.on('request', async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      response.end();
      const sent = Buffer.concat(chunks);
      const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent;
      const path = request.url ?? '';
      collector.requests[path] = (collector.requests[path] ?? 0) + 1;
      collector.#bytes.set(path, collector.bytesTo(path) + sent.length);
      collector.#everything += body.toString('latin1');
      if (path === '/v1/traces') {
        const isJson = request.headers['content-type']?.startsWith('application/json') === true;
        collector.spans.push(...(isJson ? fromJson(body) : fromProtobuf(body)));
      }
      collector.#arrived();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return collector;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** As they came, packed where they were. */
  bytesTo(path: string): number {
    return this.#bytes.get(path) ?? 0;
  }

  /** Every byte that came, as Latin-1. */
  get everything(): string {
    return this.#everything;
  }

  /** Waits until what has arrived is enough. */
  async until(enough: (spans: readonly Span[]) => boolean): Promise<void> {
    while (!enough(this.spans)) {
      await new Promise<void>((resolve) => {
        this.#arrived = resolve;
      });
    }
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}

interface JsonSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  status?: { code?: number };
}

function fromJson(body: Buffer): Span[] {
  const { resourceSpans } = JSON.parse(body.toString()) as {
    resourceSpans: { scopeSpans: { spans: JsonSpan[] }[] }[];
  };
  return resourceSpans
    .flatMap(({ scopeSpans }) => scopeSpans)
    .flatMap(({ spans }) => spans)
    .map(({ traceId, spanId, parentSpanId = '', name, startTimeUnixNano, endTimeUnixNano, status }) => ({
      ...{ traceId, spanId, parentId: parentSpanId, name, failed: status?.code === errorStatus },
      startMs: Number(startTimeUnixNano) / 1e6,
      endMs: Number(endTimeUnixNano) / 1e6,
    }));
}

/** ExportTraceServiceRequest → resource_spans (1) → scope_spans (2) → spans (2). */
function fromProtobuf(body: Buffer): Span[] {
  return fields(body, 1)
    .flatMap((resource) => fields(resource, 2))
    .flatMap((scope) => fields(scope, 2))
    .map((span) => ({
      traceId: bytes(span, 1).toString('hex'),
      spanId: bytes(span, 2).toString('hex'),
      parentId: bytes(span, 4).toString('hex'),
      name: bytes(span, 5).toString(),
      startMs: Number(bytes(span, 7).readBigUInt64LE()) / 1e6,
      endMs: Number(bytes(span, 8).readBigUInt64LE()) / 1e6,
      failed: bytes(bytes(span, 15), 3)[0] === errorStatus,
    }));
}

function bytes(message: Buffer, field: number): Buffer {
  return fields(message, field)[0] ?? Buffer.alloc(0);
}

/** The values of one field (protobuf encoding: varint, 8 bytes, length, 4 bytes). */
function fields(message: Buffer, wanted: number): Buffer[] {
  const found: Buffer[] = [];
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const part = message[at++] ?? 0;
      value += (part & 0x7f) * factor;
      if (part < 0x80) return value;
    }
  };
  while (at < message.length) {
    const key = varint();
    const start = at;
    const kind = key & 7;
    if (kind === 0) varint();
    else if (kind === 1) at += 8;
    else if (kind === 5) at += 4;
    const length = kind === 2 ? varint() : at - start;
    const from = kind === 2 ? at : start;
    if (Math.floor(key / 8) === wanted) found.push(message.subarray(from, from + length));
    at = from + length;
  }
  return found;
}
