import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

/**
 * What FlatBuffers are made of (https://flatbuffers.dev/internals): tables of numbers and of pointers to other nodes, lists
 * of pointers, and bytes with their count of elements. `at` is a place in the same file that is written already.
 */
type Node =
  | { readonly fields: readonly (Node | number | undefined)[] }
  | { readonly list: readonly Node[] }
  | { readonly bytes: Buffer; readonly count: number }
  | { readonly at: number };

const table = (...fields: readonly (Node | number | undefined)[]): Node => ({ fields });
const list = (...nodes: readonly Node[]): Node => ({ list: nodes });
const text = (words: string): Node => ({ bytes: Buffer.from(`${words}\0`), count: words.length });
const blob = (bytes: Buffer): Node => ({ bytes, count: bytes.length });
const floats = (value: number): Node => ({ bytes: Buffer.from(new Float32Array([value]).buffer), count: 1 });

/** The fields of TFLite's `Model` (schema.fbs), by their place. */
const field = { version: 0, codes: 1, graphs: 2, description: 3, buffers: 4, metadata: 6, signatures: 7 } as const;

/**
 * `ModelMetadata` (metadata_schema.fbs): a picture in red, green and blue, each value divided by 255, becomes a mask. The
 * numbers name a union's member: image properties, RGB, normalization.
 */
const normalization = table(1, table(floats(0), floats(255)));
const picture = table(text('picture'), undefined, undefined, table(2, table(1)), list(normalization));
const graph = table(undefined, undefined, list(picture), list(table(text('mask'))));
const none = undefined;
const metadata = table(text('person'), none, none, list(graph), none, none, none, text('1.0.0'));

/**
 * A network that finds a person in a picture, as an owner would bring it: with a description of itself, which the published
 * file lacks. The new root stands in front of that file and points into it.
 */
export async function personModel(): Promise<Buffer> {
  const path = createRequire(import.meta.url).resolve('@mediapipe/selfie_segmentation/selfie_segmentation.tflite');
  const model = await readFile(path);
  const alignment = 64;
  const frontBytes = Math.ceil(front(model, 0).length / alignment) * alignment;
  return Buffer.concat([front(model, frontBytes), model], frontBytes + model.length);
}

function front(model: Buffer, startsAt: number): Buffer {
  const follow = (at: number) => at + model.readUInt32LE(at);
  const root = follow(0);
  const fieldsAt = root - model.readInt32LE(root);
  const place = (index: number) => {
    const offset = 4 + 2 * index < model.readUInt16LE(fieldsAt) ? model.readUInt16LE(fieldsAt + 4 + 2 * index) : 0;
    return offset === 0 ? undefined : root + offset;
  };
  const kept = (index: number): Node | undefined => {
    const at = place(index);
    return at === undefined ? undefined : { at: startsAt + follow(at) };
  };
  const entries = (index: number): readonly Node[] => {
    const at = place(index);
    if (at === undefined) return [];
    const listAt = follow(at);
    return Array.from({ length: model.readUInt32LE(listAt) }, (_, entry) => ({
      at: startsAt + follow(listAt + 4 + 4 * entry),
    }));
  };
  const buffers = entries(field.buffers);
  const about = table(text('TFLITE_METADATA'), buffers.length);
  const front = write('TFL3', {
    fields: [
      model.readUInt32LE(place(field.version) ?? 0),
      kept(field.codes),
      kept(field.graphs),
      kept(field.description),
      list(...buffers, table(blob(write('M001', metadata)))),
      undefined,
      list(...entries(field.metadata), about),
      kept(field.signatures),
    ],
  });
  return Buffer.concat([front], Math.max(front.length, startsAt));
}

function write(identifier: string, root: Node): Buffer {
  const out = Buffer.alloc(0x10000);
  let end = 8;
  const take = (bytes: number, after = 0, alignment = 4) => {
    const at = Math.ceil((end + after) / alignment) * alignment - after;
    end = at + bytes;
    return at;
  };
  const point = (from: number, node: Node) => out.writeUInt32LE(place(node) - from, from);
  const place = (node: Node): number => {
    if ('at' in node) return node.at;
    if ('bytes' in node) {
      // TFLite wants its buffers at multiples of 16.
      const at = take(4 + node.bytes.length, 4, 16);
      out.writeUInt32LE(node.count, at);
      node.bytes.copy(out, at + 4);
      return at;
    }
    if ('list' in node) {
      const at = take(4 + 4 * node.list.length);
      out.writeUInt32LE(node.list.length, at);
      for (const [index, one] of node.list.entries()) point(at + 4 + 4 * index, one);
      return at;
    }
    const count = node.fields.length;
    const offsetsAt = take(4 + 2 * count);
    const at = take(4 + 4 * count);
    out.writeUInt16LE(4 + 2 * count, offsetsAt);
    out.writeUInt16LE(4 + 4 * count, offsetsAt + 2);
    out.writeInt32LE(at - offsetsAt, at);
    for (const [index, one] of node.fields.entries()) {
      if (one === undefined) continue;
      out.writeUInt16LE(4 + 4 * index, offsetsAt + 4 + 2 * index);
      if (typeof one === 'number') out.writeUInt32LE(one, at + 4 + 4 * index);
      else point(at + 4 + 4 * index, one);
    }
    return at;
  };
  out.write(identifier, 4, 'ascii');
  point(0, root);
  return out.subarray(0, take(0));
}
