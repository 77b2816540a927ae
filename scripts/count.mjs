// count.mjs REPORT CODE FAILURES: prints "passed failed" of one stage, from its JSON report (vitest's or CTRF) and its exit
// code; appends to the file FAILURES what failed and how.
import { appendFileSync, readFileSync } from 'node:fs';

const MESSAGE_LIMIT = 600;

const [report, code, failures] = process.argv.slice(2);
let passed = 0;
let failed = 0;

if (report !== '-') {
  try {
    const json = JSON.parse(readFileSync(report, 'utf8'));
    const summary = json.results?.summary;
    passed = summary?.passed ?? json.numPassedTests;
    failed = summary?.failed ?? json.numFailedTests;
    appendFileSync(failures, failedTests(json).join(''));
  } catch {
    console.error(`No report at ${report}.`);
  }
  // A stage that ran no test proves nothing.
  if (passed + failed === 0) failed = 1;
}

// A stage may fail outside its tests: a crash, a hook, a build.
if (code !== '0' && failed === 0) failed = 1;
console.log(passed, failed);

function failedTests(json) {
  const tests =
    json.results?.tests ??
    json.testResults.flatMap(({ assertionResults }) =>
      assertionResults.map(({ fullName, status, failureMessages }) => ({ name: fullName, status, message: failureMessages.join('\n') })),
    );
  return tests
    .filter(({ status }) => status === 'failed')
    .map(({ name, message = '' }) => `failed: ${name}\n  ${message.slice(0, MESSAGE_LIMIT).trim().replaceAll('\n', '\n  ')}\n`);
}
