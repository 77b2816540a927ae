import type { CallRecord, Me, Sightline } from '@sightline/sdk';
import { ChartNoAxesColumn, PhoneCall } from 'lucide-react';
import { useCallback, useState } from 'react';
import { RowDetail } from '../home/RowDetail';
import { recentRow } from '../home/recentRow';
import { Button } from '../ui/Button';
import { Field } from '../ui/Field';
import { PageHead } from '../ui/PageHead';
import { PageFailed, PageLoading } from '../ui/PageState';
import { useLoad } from '../ui/useLoad';

/** As many as the server lists at once; older calls are found by their id. */
const listed = 200;
const callIds = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i;

interface Props {
  sightline: Sightline;
  me: Me;
  onBack: () => void;
}

/** For operators: the latest calls of everybody, and any call by the id that stands in logs and traces. */
export default function EveryCallPage({ sightline, me, onBack }: Props) {
  const { state, reload } = useLoad(
    useCallback(() => sightline.calls({ limit: listed, everybody: true }), [sightline]),
  );
  const shown = state.status === 'ready' && state.data.length === 0 ? 'empty' : state.status;
  return (
    <main className="report" data-screen="every-call" data-calls-state={shown}>
      <PageHead title="Calls of everybody" onBack={onBack} />
      <FindCall />
      {state.status === 'loading' && <PageLoading words="Loading the calls…" />}
      {state.status === 'failed' && (
        <PageFailed
          title="The calls could not be loaded"
          words="Only operators of this server see them. If you are one, check your connection, then try again."
          onRetry={reload}
        />
      )}
      {shown === 'empty' && (
        <div className="panel list-message">
          <PhoneCall aria-hidden="true" />
          <h2>No calls yet</h2>
          <p>Whoever calls whom will be listed here, with the report of the call.</p>
        </div>
      )}
      {state.status === 'ready' && state.data.length > 0 && (
        <section className="panel" aria-label="Latest calls">
          <ul className="rows">
            {state.data.map((record) => (
              <Row key={record.callId} record={record} me={me} />
            ))}
          </ul>
        </section>
      )}
    </main>
  );
}

function FindCall() {
  const [text, setText] = useState('');
  const [wrong, setWrong] = useState(false);
  return (
    <form
      className="find-call"
      onSubmit={(event) => {
        event.preventDefault();
        const [id] = callIds.exec(text) ?? [];
        setWrong(id === undefined);
        if (id !== undefined) location.hash = `report=${id.toLowerCase()}`;
      }}
    >
      <Field
        label="Call id"
        field="call_id"
        value={text}
        onChange={(event) => setText(event.target.value)}
        hint="As it stands in logs, in traces and in the address of a report."
        error={wrong ? 'There is no id of a call in this.' : undefined}
      />
      <Button type="submit">Open the report</Button>
    </form>
  );
}

function Row({ record, me }: { record: CallRecord; me: Me }) {
  const { names, text, hasReport } = recentRow(record, me.personId);
  const own = record.participants.some(({ personId }) => personId === me.personId);
  const what = (
    <>
      <ChartNoAxesColumn aria-hidden="true" />
      <span className="row-text">
        <span className="row-name">{own ? `You and ${names}` : names}</span>
        <RowDetail text={text} atMs={record.createdAtMs} />
      </span>
    </>
  );
  return (
    <li data-call-id={record.callId}>
      {hasReport ? (
        <a className="row link-row" href={`#report=${record.callId}`}>
          {what}
        </a>
      ) : (
        <span className="row link-row">{what}</span>
      )}
    </li>
  );
}
