// count.mjs REPORT CODE: prints "passed failed" of one stage, from its JSON report (vitest's or CTRF) and its exit code.
import { readFileSync } from 'node:fs';

const [report, code] = process.argv.slice(2);
let passed = 0;
let failed = 0;

if (report !== '-') {
  try {
    const json = JSON.parse(readFileSync(report, 'utf8'));
    const summary = json.results?.summary;
    passed = summary?.passed ?? json.numPassedTests;
    failed = summary?.failed ?? json.numFailedTests;
  } catch {
    console.error(`No report at ${report}.`);
  }
  // A stage that ran no test proves nothing.
  if (passed + failed === 0) failed = 1;
}

// A stage may fail outside its tests: a crash, a hook, a build.
if (code !== '0' && failed === 0) failed = 1;
console.log(passed, failed);
