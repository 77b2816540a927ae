import type { Me } from '@sightline/sdk';
import { type FormEvent, useRef, useState } from 'react';
import { type FormProblem, hasProblem, noProblem, problemOf } from './accountErrors';

interface Options {
  check: () => FormProblem;
  send: () => Promise<Me>;
  onDone: (me: Me) => void;
}

/** The life of one form: check, send, say what is wrong, put the focus on the first field that is at fault. */
export function useAccountForm({ check, send, onDone }: Options) {
  const [problem, setProblem] = useState(noProblem);
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);

  const show = (found: FormProblem) => {
    setProblem(found);
    // The invalid mark is on the input after the next render.
    requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus());
  };

  const onSubmit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    const found = check();
    if (hasProblem(found)) return show(found);
    setProblem(noProblem);
    setBusy(true);
    try {
      onDone(await send());
    } catch (error) {
      show(problemOf(error));
    } finally {
      setBusy(false);
    }
  };

  return { form, problem, busy, onSubmit };
}
