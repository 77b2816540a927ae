import { Component, type ReactNode } from 'react';
import { Button } from './Button';
import { Mark } from './Mark';

/** A bug ends in a page that says so and offers a way on, never in a blank one. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { error: unknown }> {
  override state = { error: undefined as unknown };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    if (this.state.error === undefined) return this.props.children;
    return (
      <main className="message-page" data-screen="crashed">
        <Mark size={48} />
        <h1>Something broke on this page</h1>
        <p>This is our fault, not yours. Reloading usually helps; a call that was running can be started again.</p>
        <Button look="primary" onClick={() => location.reload()}>
          Reload
        </Button>
        <details>
          <summary>What happened</summary>
          <code>{this.state.error instanceof Error ? this.state.error.message : String(this.state.error)}</code>
        </details>
      </main>
    );
  }
}
