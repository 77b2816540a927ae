import type { CallId, CallReport, Me, ReportEvent, Sightline } from '@sightline/sdk';
import { ChartNoAxesColumn, Download } from 'lucide-react';
import { useCallback, useEffect, useRef } from 'react';
import { recentRow } from '../home/recentRow';
import { Button } from '../ui/Button';
import { PageHead } from '../ui/PageHead';
import { PageFailed, PageLoading } from '../ui/PageState';
import { useLoad } from '../ui/useLoad';
import { dateWords } from '../words';
import { DeviceFacts } from './DeviceFacts';
import { LinkGraphs } from './LinkGraphs';
import { namesIn } from './names';
import { Timeline } from './Timeline';
import { findingsOf } from './verdict';
import { findingWords, verdictWords } from './verdictWords';

interface Props {
  sightline: Sightline;
  me: Me;
  callId: CallId;
  onBack: () => void;
}

/** What was measured in a past call, in plain words first. */
export default function ReportPage({ sightline, me, callId, onBack }: Props) {
  const { state, reload } = useLoad(useCallback(() => sightline.callReport(callId), [sightline, callId]));
  const report = state.status === 'ready' ? state.data : null;
  useLateParts(report, me, reload);
  const shown = report && report.devices.length === 0 ? 'empty' : state.status;
  return (
    <main className="report" data-screen="report" data-report-state={shown}>
      <PageHead
        title={report ? `Call with ${recentRow(report.call, me.personId).names || 'nobody'}` : 'Report of a call'}
        onBack={onBack}
      />
      {state.status === 'loading' && <PageLoading words="Loading the report…" />}
      {state.status === 'failed' && (
        <PageFailed
          title="The report could not be loaded"
          words="It may be of a call that is not yours. Otherwise check your connection, then try again."
          onRetry={reload}
        />
      )}
      {report && <Content report={report} me={me} />}
    </main>
  );
}

const lateWaitMs = 2_000;
const maxLateWaits = 5;
const justOverMs = 60_000;

/** Whoever looks right after a call may be faster than their own device's last words. */
function useLateParts(report: CallReport | null, { personId }: Me, reload: () => void) {
  const waits = useRef(0);
  useEffect(() => {
    if (!report || waits.current >= maxLateWaits) return;
    const { endedAtMs } = report.call;
    const complete = report.devices.some((one) => one.personId === personId && one.events.some(isEnd));
    if (complete || endedAtMs === null || Math.abs(Date.now() - endedAtMs) > justOverMs) return;
    waits.current++;
    const timer = setTimeout(reload, lateWaitMs);
    return () => clearTimeout(timer);
  }, [report, personId, reload]);
}

const isEnd = ({ kind }: ReportEvent) => kind === 'end';

function Content({ report, me }: { report: CallReport; me: Me }) {
  const { call } = report;
  const names = namesIn(report, me.personId);
  // One's own device first; it is the one whose troubles one can do something about.
  const devices = [...report.devices].sort(
    (a, b) => Number(b.personId === me.personId) - Number(a.personId === me.personId),
  );
  const findings = findingsOf(report, me.personId);
  const step = devices[0]?.quality ?? null;
  const times = devices.flatMap(({ events, samples }) => [...events, ...samples].map(({ atMs }) => atMs));
  const fromMs = Math.min(...times);
  const toMs = Math.max(...times);
  return (
    <>
      <p className="report-when">
        <time dateTime={new Date(call.createdAtMs).toISOString()}>{dateWords(call.createdAtMs)}</time>
        {` · ${recentRow(call, me.personId).text}`}
      </p>
      {devices.length === 0 ? (
        <div className="panel list-message">
          <ChartNoAxesColumn aria-hidden="true" />
          <h2>Nothing was measured</h2>
          <p>Calls are measured once they connect, and what was measured is kept for 90 days.</p>
        </div>
      ) : (
        <>
          <section className="panel report-verdict" aria-labelledby="report-verdict" data-verdict={step ?? 'unknown'}>
            <h2 id="report-verdict">{verdictWords(step, findings, names)}</h2>
            {findings.length > 1 && (
              <ul>
                {findings.slice(1).map((finding) => {
                  const words = findingWords(finding, names);
                  return <li key={words}>{words}</li>;
                })}
              </ul>
            )}
          </section>
          <section className="panel report-part" aria-labelledby="report-course">
            <h2 id="report-course">How it went</h2>
            <Timeline devices={devices} names={names} fromMs={fromMs} toMs={toMs} />
          </section>
          <section className="panel report-part" aria-labelledby="report-sides">
            <h2 id="report-sides">Who took part, and how</h2>
            <div className="facts-list">
              {devices.map((device) => (
                <DeviceFacts key={device.source} device={device} names={names} />
              ))}
            </div>
          </section>
          <section className="panel report-part" aria-labelledby="report-graphs">
            <h2 id="report-graphs">Figures</h2>
            <LinkGraphs devices={devices} names={names} fromMs={fromMs} toMs={toMs} />
          </section>
          <Button onClick={() => download(report)}>
            <Download aria-hidden="true" />
            Download as JSON
          </Button>
        </>
      )}
    </>
  );
}

function download(report: CallReport): void {
  const address = URL.createObjectURL(new Blob([JSON.stringify(report, null, 2)], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = `call-${report.call.callId}.json`;
  link.click();
  URL.revokeObjectURL(address);
}
