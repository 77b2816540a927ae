import { SightlineError } from '@sightline/sdk';

export type AccountField = 'email' | 'password' | 'display_name';

/** What is wrong with a form: as a whole, or field by field. */
export interface FormProblem {
  readonly form: string | null;
  readonly fields: Readonly<Partial<Record<AccountField, string>>>;
}

export const noProblem: FormProblem = { form: null, fields: {} };

const nameLimit = 64;
const emailLimit = 254;
const passwordShortest = 8;
const passwordLongest = 128;

/** The same limits as docs/protocol.md, checked before a round trip. */
export function checkSignUp(values: { email: string; password: string; displayName: string }): FormProblem {
  const fields: Partial<Record<AccountField, string>> = {};
  const name = values.displayName.trim();
  if (name === '') fields.display_name = 'Enter the name that others will see.';
  else if (name.length > nameLimit) fields.display_name = `Use at most ${nameLimit} characters.`;
  const email = emailProblem(values.email);
  if (email) fields.email = email;
  if (values.password.length < passwordShortest) {
    fields.password = `Use at least ${passwordShortest} characters.`;
  } else if (values.password.length > passwordLongest) {
    fields.password = `Use at most ${passwordLongest} characters.`;
  }
  return { form: null, fields };
}

export function checkSignIn(values: { email: string; password: string }): FormProblem {
  const fields: Partial<Record<AccountField, string>> = {};
  const email = emailProblem(values.email);
  if (email) fields.email = email;
  if (values.password === '') fields.password = 'Enter your password.';
  return { form: null, fields };
}

export const hasProblem = (problem: FormProblem) => problem.form !== null || Object.keys(problem.fields).length > 0;

/** Turns a failed request into words. */
export function problemOf(error: unknown): FormProblem {
  if (!(error instanceof SightlineError)) return { form: 'Something went wrong. Please try again.', fields: {} };
  switch (error.code) {
    case 'unreachable':
      return { form: 'Sightline can’t be reached. Check your connection and try again.', fields: {} };
    case 'wrong_credentials':
      return { form: 'E-mail and password don’t match. Check both and try again.', fields: {} };
    case 'email_taken':
      return { form: null, fields: { email: 'There is already an account with this e-mail. Sign in instead.' } };
    case 'too_many_requests':
    case 'locked_out':
      return { form: `Too many attempts. Try again ${waitWords(error.retryAfterSeconds)}.`, fields: {} };
    default:
      return fieldProblems(error);
  }
}

function fieldProblems(error: SightlineError): FormProblem {
  const fields: Partial<Record<AccountField, string>> = {};
  for (const [name, messages] of Object.entries(error.fields)) {
    const field = accountField(name);
    if (field) fields[field] = messages.join(' ');
  }
  const explained = Object.keys(fields).length > 0;
  return { form: explained ? null : 'Something went wrong. Please try again.', fields };
}

function accountField(name: string): AccountField | null {
  if (name === 'displayName') return 'display_name';
  return name === 'email' || name === 'password' || name === 'display_name' ? name : null;
}

function waitWords(seconds: number | null): string {
  if (seconds === null) return 'in a minute';
  if (seconds < 120) return seconds === 1 ? 'in 1 second' : `in ${seconds} seconds`;
  return `in ${Math.ceil(seconds / 60)} minutes`;
}

function emailProblem(email: string): string | null {
  const trimmed = email.trim();
  if (trimmed === '') return 'Enter your e-mail.';
  if (trimmed.length > emailLimit || !/^[^@\s]+@[^@\s]+$/.test(trimmed)) return 'This does not look like an e-mail.';
  return null;
}
