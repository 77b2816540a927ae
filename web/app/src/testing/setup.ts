import { cleanup, configure } from '@testing-library/react';
import { afterEach, beforeEach } from 'vitest';
import { rememberLobbySeen } from '../ui/settings';

configure({ asyncUtilTimeout: 10_000 });

// The first call of a browser goes through the lobby; the tests of the lobby forget this.
beforeEach(rememberLobbySeen);

afterEach(() => {
  cleanup();
  localStorage.clear();
  history.replaceState(null, '', '/');
});

// What jsdom lacks of a browser.
HTMLMediaElement.prototype.play = async () => {};
HTMLElement.prototype.setPointerCapture = () => {};
HTMLElement.prototype.scrollIntoView = () => {};
HTMLCanvasElement.prototype.getContext = () => null;
globalThis.isSecureContext = true;
Object.defineProperty(HTMLMediaElement.prototype, 'srcObject', { value: null, writable: true });
HTMLDialogElement.prototype.showModal = function showModal() {
  this.open = true;
};
HTMLDialogElement.prototype.close = function close() {
  this.open = false;
};
