// What a stage of the tests left in its JSON report (vitest's or CTRF):
//   report.mjs count REPORT CODE   prints "passed failed", by the report and by how the stage's command ended
//   report.mjs failures REPORT     prints what failed, and how
//   report.mjs methods REPORT      prints the C# methods that failed, one a line
import { readFileSync } from 'node:fs';

const MESSAGE_LIMIT = 600;

const [what, path, code] = process.argv.slice(2);
const report = read();

switch (what) {
  case 'count':
    console.log(...count());
    break;
  case 'failures':
    for (const { name, message } of failed()) console.log(`${name}\n  ${message.slice(0, MESSAGE_LIMIT).trim().replaceAll('\n', '\n  ')}`);
    break;
  case 'methods':
    for (const method of new Set(failed().map((test) => test.method))) console.log(method);
    break;
}

function read() {
  if (path === '-') return null;
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    console.error(`No report at ${path}.`);
    return null;
  }
}

function count() {
  const summary = report?.results?.summary;
  let passed = summary?.passed ?? report?.numPassedTests ?? 0;
  let failed = summary?.failed ?? report?.numFailedTests ?? 0;
  // What passed at its second try has passed; it is named elsewhere.
  if (code === '0') [passed, failed] = [passed + failed, 0];
  // A stage that ran no test proves nothing.
  if (path !== '-' && passed + failed === 0) failed = 1;
  // A stage may fail outside its tests: a crash, a hook, a build.
  if (code !== '0' && failed === 0) failed = 1;
  return [passed, failed];
}

function failed() {
  const tests = report?.results
    ? report.results.tests.map(({ name, status, message = '', extra }) => ({ name, status, message, method: `${extra?.type}.${extra?.method}` }))
    : (report?.testResults ?? []).flatMap(({ assertionResults }) =>
        assertionResults.map(({ fullName, status, failureMessages }) => ({ name: fullName, status, message: failureMessages.join('\n') })),
      );
  return tests.filter(({ status }) => status === 'failed');
}
