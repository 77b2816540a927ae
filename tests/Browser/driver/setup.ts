import type {} from 'vitest';
import type { TestProject } from 'vitest/node';
import { Server } from './server';

declare module 'vitest' {
  interface ProvidedContext {
    serverUrl: string;
  }
}

/** One server for all test files. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await Server.start();
  project.provide('serverUrl', server.url);
  return () => server.dispose();
}
