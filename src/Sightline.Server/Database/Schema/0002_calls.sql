-- A call and the people in it. A row changes only on top of the version it was read at, so whoever comes second decides again.
CREATE TABLE calls (
    id               uuid        PRIMARY KEY,
    call_type        text        NOT NULL CHECK (call_type IN ('audio', 'video')),
    channel_id       uuid        NOT NULL REFERENCES channels (id) ON DELETE CASCADE,
    caller_id        uuid        NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    state            text        NOT NULL CHECK (state IN ('ringing', 'connecting', 'connected', 'reconnecting', 'ended')),
    version          integer     NOT NULL CHECK (version > 0),
    created_at       timestamptz NOT NULL,
    ring_expires_at  timestamptz NOT NULL,
    setup_expires_at timestamptz,
    connected_at     timestamptz,
    ended_at         timestamptz,
    outcome          text,
    ended_by         uuid,
    wake_at          timestamptz,
    CHECK ((state = 'ended') = (outcome IS NOT NULL) AND (state = 'ended') = (ended_at IS NOT NULL))
);

-- The next deadline is looked up after every change; calls that are over have none.
CREATE INDEX calls_wake_at ON calls (wake_at) WHERE wake_at IS NOT NULL;
CREATE INDEX calls_unfinished ON calls (id) WHERE state <> 'ended';

CREATE TABLE call_participants (
    call_id    uuid NOT NULL REFERENCES calls (id) ON DELETE CASCADE,
    person_id  uuid NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    seat       smallint NOT NULL,
    standing   text NOT NULL CHECK (standing IN ('ringing', 'joined', 'declined', 'left', 'missed')),
    device_id  uuid,
    away_until timestamptz,
    media      text NOT NULL CHECK (media IN ('none', 'connected', 'reconnecting', 'failed')),
    PRIMARY KEY (call_id, person_id)
);

CREATE INDEX call_participants_person ON call_participants (person_id, call_id);

CREATE TABLE call_history (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    call_id uuid        NOT NULL REFERENCES calls (id) ON DELETE CASCADE,
    at      timestamptz NOT NULL,
    "from"  text,
    "to"    text        NOT NULL,
    by      uuid,
    cause   text        NOT NULL
);

CREATE INDEX call_history_call ON call_history (call_id, id);
