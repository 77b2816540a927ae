// Makes the wire types from what the server exports to protocol/: messages from its JSON schema, REST from its OpenAPI.
import { readFileSync, writeFileSync } from 'node:fs';
import { compile } from 'json-schema-to-typescript';
import openapiTS, { astToString } from 'openapi-typescript';

const source = new URL('../../../protocol/', import.meta.url);
const target = new URL('../src/protocol/', import.meta.url);

function write(name, from, types) {
  const header = `/* Generated from protocol/${from} by \`npm run generate -w web/sdk\`: change the server, not this file. */\n\n`;
  writeFileSync(new URL(name, target), `${header}${types}`);
}

const { $defs } = JSON.parse(readFileSync(new URL('schema.json', source), 'utf8'));
// A root that refers to every definition, because only what is referred to becomes a type.
const everything = { $defs, anyOf: Object.keys($defs).map((name) => ({ $ref: `#/$defs/${name}` })) };
const options = { additionalProperties: false, bannerComment: '' };
write('messages.gen.ts', 'schema.json', await compile(everything, 'Definition', options));

write('rest.gen.ts', 'openapi.json', astToString(await openapiTS(new URL('openapi.json', source))));
