/** Small checks of what came from outside. They are made for the type they promise, so that the compiler compares both. */

export type Check<T> = (value: unknown) => value is T;

export const anything: Check<unknown> = (_value): _value is unknown => true;
export const text: Check<string> = (value) => typeof value === 'string';
export const flag: Check<boolean> = (value) => typeof value === 'boolean';
export const whole: Check<number> = (value): value is number => Number.isSafeInteger(value);

export function atMost(maxChars: number): Check<string> {
  return (value): value is string => typeof value === 'string' && value.length <= maxChars;
}

export function oneOf<T extends string>(...values: readonly T[]): Check<T> {
  return (value): value is T => (values as readonly unknown[]).includes(value);
}

export function orNull<T>(check: Check<T>): Check<T | null> {
  return (value): value is T | null => value === null || check(value);
}

export function orMissing<T>(check: Check<T>): Check<T | null | undefined> {
  return (value): value is T | null | undefined => value === null || value === undefined || check(value);
}

export function listOf<T>(check: Check<T>): Check<T[]> {
  return (value): value is T[] => Array.isArray(value) && value.every(check);
}

export function shape<T extends object>(fields: { readonly [K in keyof T]-?: Check<T[K]> }): Check<T> {
  const checks = Object.entries(fields) as [string, Check<unknown>][];
  return (value): value is T =>
    typeof value === 'object' &&
    value !== null &&
    checks.every(([name, check]) => check((value as Record<string, unknown>)[name]));
}
