import type {} from 'vitest';
import type { TestProject } from 'vitest/node';
import { Server } from './server';
import { ownTempFolder } from './temp';

declare module 'vitest' {
  interface ProvidedContext {
    serverUrl: string;
  }
}

/** One server for all test files. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const removeTempFolder = await ownTempFolder();
  const server = await Server.start();
  project.provide('serverUrl', server.url);
  return async () => {
    await server.dispose();
    await removeTempFolder();
  };
}
