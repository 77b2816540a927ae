import type { Browser, Page } from 'puppeteer-core';
import { openPage } from '../tests/Browser/driver/page';
import type { Floor } from './floor';
import type { Network } from './network';

/** Without a camera of one's own: what is measured is the other's. */
const soundOnly = `{
  const { mediaDevices } = navigator;
  const capture = mediaDevices?.getUserMedia.bind(mediaDevices);
  // An empty page has none.
  if (capture) mediaDevices.getUserMedia = () => capture({ audio: true });
}`;

/** Two bare pages, one of which shows its camera to the other. */
export interface BarePair {
  sender: Page;
  viewer: Page;
  /** A new call; resolves when its pictures arrive. */
  connect(): Promise<void>;
  leave(): Promise<void>;
}

export async function openBarePair(
  network: Network,
  floor: Floor,
  [left, right]: readonly [Browser, Browser],
): Promise<BarePair> {
  const ways = { sender: network.caller.familyName, viewer: network.callee.familyName };
  const [sender, viewer] = await Promise.all([openPage(left), openPage(right)]);
  await viewer.evaluateOnNewDocument(soundOnly);
  const leave = async () => {
    await Promise.all([sender.goto('about:blank'), viewer.goto('about:blank')]);
  };
  const connect = async () => {
    await leave();
    await viewer.goto(floor.url(ways.viewer));
    await viewer.waitForSelector('[data-ready]');
    await sender.goto(`${floor.url(ways.sender)}#caller`);
    await viewer.waitForSelector('[data-described]');
    await viewer.click('button');
    await viewer.waitForSelector('video[data-remote][data-plays]');
  };
  return { sender, viewer, connect, leave };
}
