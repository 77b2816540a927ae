-- A call is recorded while there is a row of it with the status 'recording'. "folder" names the folder with its media: only a
-- server that has it can take more, make the files and give them out.
CREATE TABLE recordings (
    id          uuid             PRIMARY KEY,
    call_id     uuid             NOT NULL REFERENCES calls (id) ON DELETE CASCADE,
    folder      uuid             NOT NULL,
    status      text             NOT NULL CHECK (status IN ('recording', 'finishing', 'ready', 'failed')),
    started_by  uuid             NOT NULL,
    started_at  timestamptz      NOT NULL,
    ends_at     timestamptz      NOT NULL,
    stopped_at  timestamptz,
    progress    double precision NOT NULL DEFAULT 0,
    attempts    integer          NOT NULL DEFAULT 0,
    retry_at    timestamptz,
    taken_until timestamptz,
    length_ms   bigint,
    problem     text,
    outcome     jsonb,
    CHECK ((status = 'recording') = (stopped_at IS NULL)),
    CHECK ((status = 'finishing') = (retry_at IS NOT NULL))
);

CREATE UNIQUE INDEX recordings_running ON recordings (call_id) WHERE status = 'recording';
CREATE INDEX recordings_of_call ON recordings (call_id, started_at);
CREATE INDEX recordings_unfinished ON recordings (folder, retry_at) WHERE status IN ('recording', 'finishing');

-- Who was in the call at any time while it was recorded: they, and nobody else, may see it.
CREATE TABLE recording_people (
    recording_id uuid NOT NULL REFERENCES recordings (id) ON DELETE CASCADE,
    person_id    uuid NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    PRIMARY KEY (recording_id, person_id)
);

CREATE INDEX recording_people_person ON recording_people (person_id, recording_id);

-- What the webhook is to be told, in the order of each recording. It goes when it was taken; what nobody took stays as dead.
CREATE TABLE outbox (
    id           bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id     uuid        NOT NULL DEFAULT gen_random_uuid(),
    recording_id uuid        NOT NULL,
    call_id      uuid        NOT NULL,
    status       text        NOT NULL,
    at           timestamptz NOT NULL,
    files        jsonb       NOT NULL DEFAULT '[]',
    attempts     integer     NOT NULL DEFAULT 0,
    retry_at     timestamptz NOT NULL,
    taken_until  timestamptz,
    is_dead      boolean     NOT NULL DEFAULT false
);

CREATE INDEX outbox_waiting ON outbox (recording_id, id) WHERE NOT is_dead;
CREATE INDEX outbox_dead ON outbox (at) WHERE is_dead;
