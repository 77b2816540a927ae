import type { IceServerResult, IceTest, Sightline } from '@sightline/sdk';
import { CircleAlert, CircleCheck, CircleX, Copy, LoaderCircle } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../ui/Button';
import { PageHead } from '../ui/PageHead';
import { PageFailed, PageLoading } from '../ui/PageState';
import { factRows, figureWords, iceReport, kindWords, stateWords, troubleOf, verdictOf } from './iceWords';
import { useIceTest } from './useIceTest';

interface Props {
  sightline: Sightline;
  onBack: () => void;
}

/** Which STUN and TURN servers can be used from here, and what that means for calls. */
export default function NetworkPage({ sightline, onBack }: Props) {
  const { test, failed, again } = useIceTest(sightline);
  const state = failed ? 'failed' : test === null ? 'loading' : test.verdict === 'testing' ? 'testing' : 'ready';
  return (
    <main className="report network" data-screen="network" data-network-state={state}>
      <PageHead title="Check your network" onBack={onBack} />
      {state === 'loading' && <PageLoading words="Asking which servers there are…" />}
      {failed && (
        <PageFailed
          title="The test could not begin"
          words="The server did not say which STUN and TURN servers there are. Check your connection, then try again."
          onRetry={again}
        />
      )}
      {test && !failed && <Content test={test} onAgain={again} />}
    </main>
  );
}

const icons = { fine: CircleCheck, fair: CircleAlert, bad: CircleX, wait: LoaderCircle } as const;

function Content({ test, onAgain }: { test: IceTest; onAgain: () => void }) {
  const { title, detail, look } = verdictOf(test);
  const Icon = icons[look];
  const done = look !== 'wait';
  return (
    <>
      <section className="panel network-verdict" data-look={look} data-ice-verdict={test.verdict} aria-live="polite">
        <Icon aria-hidden="true" />
        <div>
          <h2>{title}</h2>
          <p>{detail}</p>
        </div>
      </section>
      {test.servers.length > 0 && (
        <section className="panel report-part" aria-labelledby="network-servers">
          <h2 id="network-servers">Servers</h2>
          <ul className="network-servers">
            {test.servers.map((server) => (
              <ServerRow key={server.url} server={server} />
            ))}
          </ul>
        </section>
      )}
      {done && (
        <>
          <section className="panel report-part" aria-labelledby="network-facts">
            <h2 id="network-facts">What else was seen</h2>
            <div className="facts">
              <dl>
                {factRows(test, Date.now()).map(([name, value]) => (
                  <div key={name}>
                    <dt>{name}</dt>
                    <dd>{value}</dd>
                  </div>
                ))}
              </dl>
            </div>
          </section>
          <div className="network-actions">
            <Button look="primary" onClick={onAgain}>
              Test again
            </Button>
            <CopyButton text={() => iceReport(test, Date.now())} />
          </div>
          <details>
            <summary>The report as text</summary>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
            <pre className="network-text" data-ice-report="" tabIndex={0}>
              {iceReport(test, Date.now())}
            </pre>
          </details>
        </>
      )}
    </>
  );
}

const stateIcons = { works: CircleCheck, fails: CircleX, testing: LoaderCircle } as const;

function ServerRow({ server }: { server: IceServerResult }) {
  const Icon = stateIcons[server.state];
  const trouble = troubleOf(server);
  const figures = figureWords(server);
  return (
    <li data-ice-server={server.url} data-ice-state={server.state}>
      <Icon aria-hidden="true" />
      <div>
        <p className="network-kind">
          {kindWords(server)} <span className="network-state">{stateWords(server)}</span>
        </p>
        <p className="network-url">{server.url}</p>
        {trouble && <p>{trouble}</p>}
        {figures && <p className="network-figures">{figures}</p>}
      </div>
    </li>
  );
}

function CopyButton({ text }: { text: () => string }) {
  const [state, setState] = useState<'idle' | 'copied' | 'failed'>('idle');
  const copy = () => {
    // Missing on pages without TLS.
    const copied = navigator.clipboard?.writeText(text()) ?? Promise.reject(new Error('no clipboard'));
    copied.then(
      () => setState('copied'),
      () => setState('failed'),
    );
  };
  return (
    <>
      <Button onClick={copy}>
        <Copy aria-hidden="true" />
        Copy the report
      </Button>
      <p role="status" className="report-note">
        {state === 'copied' && 'Copied.'}
        {state === 'failed' && 'The browser does not let it be copied: open it below and copy it from there.'}
      </p>
    </>
  );
}
