import { appendFileSync } from 'node:fs';
import type { Reporter, TestCase } from 'vitest/node';

/**
 * Names each test that passed at its second try only, with what went wrong at the first, and leaves the names to the summary
 * of `./sightline test` (in the file that `SECOND_TRIES` names): a test that needs another try may hide a bug.
 */
export default class SecondTries implements Reporter {
  readonly #names: string[] = [];

  onTestCaseResult(test: TestCase): void {
    if (!test.diagnostic()?.flaky) return;
    this.#names.push(`${test.module.relativeModuleId} > ${test.fullName}`);
    for (const { message, stack } of test.result().errors ?? []) {
      console.error(`Passed at the second try: ${this.#names.at(-1)}\nAt the first: ${stack ?? message}`);
    }
  }

  onTestRunEnd(): void {
    const file = process.env.SECOND_TRIES;
    if (file) appendFileSync(file, this.#names.map((name) => `passed at the second try: ${name}\n`).join(''));
  }
}
