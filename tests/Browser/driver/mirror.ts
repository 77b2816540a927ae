import type { Person } from './person';

/** The picture moves. */
export async function plays(person: Pick<Person, 'page'>, video: string): Promise<void> {
  await person.page.waitForFunction(
    (selector) => {
      const element = document.querySelector<HTMLVideoElement>(selector);
      if (element === null) return false;
      const count = () => {
        element.dataset.frames = String(Number(element.dataset.frames ?? 0) + 1);
        element.requestVideoFrameCallback(count);
      };
      if (element.dataset.frames === undefined) count();
      return Number(element.dataset.frames) > 5;
    },
    {},
    video,
  );
}

/** Shows something, or nothing, of the sound that the fake microphones make. */
export async function meterShows(person: Person, sound: boolean): Promise<void> {
  await person.page.waitForFunction(
    (wanted) => {
      const level = document.querySelector<HTMLMeterElement>('meter.level-meter')?.value;
      return wanted ? level !== undefined && level > 20 : level === 0;
    },
    {},
    sound,
  );
}

/** Chooses another camera, and waits until its picture is shown. The second fake one measures depth, which cannot be sent. */
export async function choosesOtherCamera(person: Person, video: string): Promise<string> {
  const used = await person.page.$eval(video, (element) => {
    const stream = (element as HTMLVideoElement).srcObject as MediaStream;
    return stream.getVideoTracks()[0]?.label ?? '';
  });
  const choices = await person.page.$$eval('select[data-device-kind="camera"] option', (options) =>
    options.map((option) => ({ id: (option as HTMLOptionElement).value, label: option.textContent ?? '' })),
  );
  const other = choices.findLast(({ id, label }) => id !== '' && label !== used);
  if (other === undefined) throw new Error('There is no other camera.');
  await person.page.select('select[data-device-kind="camera"]', other.id);
  await shows(person, video, other.label);
  await plays(person, video);
  return other.label;
}

/** The picture comes from this camera. */
export async function shows(person: Person, video: string, label: string): Promise<void> {
  await person.page.waitForFunction(
    (selector, wanted) => {
      const stream = document.querySelector<HTMLVideoElement>(selector)?.srcObject as MediaStream | null | undefined;
      return stream?.getVideoTracks()[0]?.label === wanted;
    },
    {},
    video,
    label,
  );
}
