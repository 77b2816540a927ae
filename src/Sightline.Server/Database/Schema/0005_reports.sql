-- What devices measured in a call, a minute or so a row. A batch that comes twice is kept once.
CREATE TABLE call_reports (
    call_id     uuid        NOT NULL REFERENCES calls (id) ON DELETE CASCADE,
    person_id   uuid        NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    source      uuid        NOT NULL,
    batch       integer     NOT NULL CHECK (batch >= 0),
    began_at    timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    bytes       integer     NOT NULL,
    body        jsonb       NOT NULL,
    PRIMARY KEY (call_id, person_id, source, batch)
);

CREATE INDEX call_reports_by_age ON call_reports (received_at);
