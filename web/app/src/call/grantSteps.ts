/** How to allow camera and microphone after having blocked them, in the browser at hand. */
export function grantSteps(userAgent: string, secure: boolean): readonly string[] {
  if (!secure) {
    return [
      'This page was opened without encryption, and browsers then keep camera and microphone closed.',
      'Open the same address with https:// in front.',
    ];
  }
  const tryAgain = 'Then press “Try again” here.';
  if (/iPhone|iPad/.test(userAgent)) {
    return [
      'Tap the page menu at the left of the address bar, then “Website Settings”.',
      'Set Camera and Microphone to “Allow”.',
      tryAgain,
    ];
  }
  if (/Android/.test(userAgent)) {
    return ['Tap the icon at the left of the address, then “Permissions”.', 'Allow camera and microphone.', tryAgain];
  }
  if (/Firefox\//.test(userAgent)) {
    return [
      'Click the crossed-out camera or microphone in the address bar.',
      'Remove the block with the small ×.',
      tryAgain,
    ];
  }
  if (/Chrome\//.test(userAgent)) {
    return ['Click the icon at the left of the address.', 'Switch camera and microphone on.', tryAgain];
  }
  if (/Safari\//.test(userAgent)) {
    return ['Open “Settings for This Website” in the Safari menu.', 'Set Camera and Microphone to “Allow”.', tryAgain];
  }
  return ['Open this site’s permissions in your browser.', 'Allow camera and microphone.', tryAgain];
}
