import { cleanup, configure } from '@testing-library/react';
import { afterEach } from 'vitest';

configure({ asyncUtilTimeout: 10_000 });

afterEach(() => {
  cleanup();
  localStorage.clear();
  history.replaceState(null, '', '/');
});

// What jsdom lacks of a browser.
HTMLMediaElement.prototype.play = async () => {};
HTMLElement.prototype.setPointerCapture = () => {};
HTMLCanvasElement.prototype.getContext = () => null;
globalThis.isSecureContext = true;
Object.defineProperty(HTMLMediaElement.prototype, 'srcObject', { value: null, writable: true });
HTMLDialogElement.prototype.showModal = function showModal() {
  this.open = true;
};
HTMLDialogElement.prototype.close = function close() {
  this.open = false;
};
