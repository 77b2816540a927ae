import { SightlineError } from '@sightline/sdk';
import { render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { App } from '../App';
import { FakeSightline } from '../testing/fakeSightline';

const screenName = () => document.querySelector('[data-screen]')?.getAttribute('data-screen');
const fieldError = (field: string) => document.querySelector(`[data-field-error="${field}"]`)?.textContent;

async function open(sightline = new FakeSightline({ me: null })) {
  const user = userEvent.setup();
  render(<App sightline={sightline} />);
  await screen.findByLabelText('E-mail');
  return { sightline, user };
}

async function fillIn(user: ReturnType<typeof userEvent.setup>, email = 'grace@example.org', password = 'compilers') {
  await user.type(screen.getByLabelText('E-mail'), email);
  await user.type(screen.getByLabelText('Password'), password);
}

describe('signing in', () => {
  it('leads home', async () => {
    const { user } = await open();
    await fillIn(user);
    await user.click(screen.getByRole('button', { name: 'Sign in' }));
    await waitFor(() => expect(screenName()).toBe('home'));
  });

  it('asks for what is missing before asking the server, and goes to the first field', async () => {
    const { sightline, user } = await open();
    await user.click(screen.getByRole('button', { name: 'Sign in' }));
    expect(fieldError('email')).toBe('Enter your e-mail.');
    expect(fieldError('password')).toBe('Enter your password.');
    await waitFor(() => expect(document.activeElement).toBe(screen.getByLabelText('E-mail')));
    expect(sightline.asked).not.toContain('signIn');
  });

  it('says when e-mail and password do not match', async () => {
    const { sightline, user } = await open();
    sightline.failures.signIn = new SightlineError('wrong_credentials', 'no');
    await fillIn(user);
    await user.click(screen.getByRole('button', { name: 'Sign in' }));
    expect((await screen.findByRole('alert')).textContent).toContain('don’t match');
    expect(screenName()).toBe('sign-in');
  });

  it('says how many seconds to wait after too many attempts', async () => {
    const { sightline, user } = await open();
    sightline.failures.signIn = new SightlineError('too_many_requests', 'slow down', {}, 42);
    await fillIn(user);
    await user.click(screen.getByRole('button', { name: 'Sign in' }));
    await waitFor(() => expect(screen.getByRole('alert').textContent).toContain('42 seconds'));
  });

  it('shows that it works, and takes no second press', async () => {
    const { sightline, user } = await open();
    let proceed = () => {};
    sightline.gate = new Promise((resolve) => {
      proceed = resolve;
    });
    await fillIn(user);
    const button = screen.getByRole('button', { name: 'Sign in' });
    await user.click(button);
    await user.click(button);
    expect(button.getAttribute('aria-disabled')).toBe('true');
    expect(sightline.asked.filter((request) => request === 'signIn')).toHaveLength(1);
    proceed();
    await waitFor(() => expect(screenName()).toBe('home'));
  });

  it('shows and hides the password', async () => {
    const { user } = await open();
    await user.click(screen.getByRole('button', { name: 'Show password' }));
    expect(screen.getByLabelText('Password').getAttribute('type')).toBe('text');
    await user.click(screen.getByRole('button', { name: 'Hide password' }));
    expect(screen.getByLabelText('Password').getAttribute('type')).toBe('password');
  });

  it('lets password managers know what is what', async () => {
    await open();
    expect(screen.getByLabelText('E-mail').getAttribute('autocomplete')).toBe('username');
    expect(screen.getByLabelText('Password').getAttribute('autocomplete')).toBe('current-password');
  });

  it('offers the demo people with one click, where there are some', async () => {
    const demoLinks = [{ displayName: 'Ada', url: '/demo/sign-in?token=1' }];
    await open(new FakeSightline({ me: null, demoLinks }));
    const link = await screen.findByRole('link', { name: 'Continue as Ada' });
    expect(link.getAttribute('href')).toBe('/demo/sign-in?token=1');
  });
});

describe('signing up', () => {
  it('is a link away, and leads home under the chosen name', async () => {
    const { user } = await open();
    await user.click(screen.getByRole('link', { name: 'Create an account' }));
    await user.type(await screen.findByLabelText('Your name'), 'Grace Hopper');
    await fillIn(user);
    expect(screen.getByLabelText('Password').getAttribute('autocomplete')).toBe('new-password');
    await user.click(screen.getByRole('button', { name: 'Create account' }));
    await waitFor(() => expect(screenName()).toBe('home'));
    expect(screen.getByText('Grace Hopper')).toBeTruthy();
  });

  it('knows the limits of the protocol', async () => {
    const { user } = await open();
    await user.click(screen.getByRole('link', { name: 'Create an account' }));
    await user.type(await screen.findByLabelText('Your name'), 'x'.repeat(65));
    await fillIn(user, 'no e-mail', 'short');
    await user.click(screen.getByRole('button', { name: 'Create account' }));
    expect(fieldError('display_name')).toContain('64');
    expect(fieldError('email')).toContain('does not look like');
    expect(fieldError('password')).toContain('8');
  });

  it('puts the server’s complaints beside their fields', async () => {
    const { sightline, user } = await open();
    sightline.failures.signUp = new SightlineError('validation', 'no', { display_name: ['Too fancy.'] });
    await user.click(screen.getByRole('link', { name: 'Create an account' }));
    await user.type(await screen.findByLabelText('Your name'), 'Grace');
    await fillIn(user);
    await user.click(screen.getByRole('button', { name: 'Create account' }));
    await waitFor(() => expect(fieldError('display_name')).toBe('Too fancy.'));
    sightline.failures.signUp = new SightlineError('email_taken', 'no');
    await user.click(screen.getByRole('button', { name: 'Create account' }));
    await waitFor(() => expect(fieldError('email')).toContain('already an account'));
  });
});

describe('the first page', () => {
  it('offers another try when the server cannot be reached', async () => {
    const sightline = new FakeSightline();
    sightline.failures.me = new SightlineError('unreachable', 'no answer');
    const user = userEvent.setup();
    render(<App sightline={sightline} />);
    expect(screenName()).toBe('loading');
    const again = await screen.findByRole('button', { name: 'Try again' });
    delete sightline.failures.me;
    await user.click(again);
    await waitFor(() => expect(screenName()).toBe('home'));
  });
});
