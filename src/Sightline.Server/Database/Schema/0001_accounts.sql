CREATE TABLE accounts (
    id uuid PRIMARY KEY,
    email text NOT NULL,
    normalized_email text NOT NULL UNIQUE,
    display_name text NOT NULL,
    password_hash text NOT NULL,
    security_stamp text NOT NULL,
    concurrency_stamp text NOT NULL,
    lockout_end timestamptz,
    access_failed_count integer NOT NULL,
    is_demo boolean NOT NULL,
    created_at timestamptz NOT NULL
);

CREATE INDEX accounts_by_name ON accounts (lower(display_name), id);

-- Only the SHA-256 of a ticket is kept: who reads the table cannot open a socket.
CREATE TABLE tickets (
    hash bytea PRIMARY KEY,
    person_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    expires_at timestamptz NOT NULL
);

CREATE INDEX tickets_by_person ON tickets (person_id);
CREATE INDEX tickets_by_expiry ON tickets (expires_at);

-- A direct channel is the one between two people, whoever asked for it first: the smaller id is person_low.
CREATE TABLE channels (
    id uuid PRIMARY KEY,
    person_low uuid REFERENCES accounts ON DELETE CASCADE,
    person_high uuid REFERENCES accounts ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    UNIQUE (person_low, person_high),
    CHECK (person_low < person_high)
);

CREATE TABLE channel_members (
    channel_id uuid NOT NULL REFERENCES channels ON DELETE CASCADE,
    person_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    PRIMARY KEY (channel_id, person_id)
);

CREATE INDEX channel_members_by_person ON channel_members (person_id);

CREATE TABLE data_protection_keys (
    name text PRIMARY KEY,
    xml text NOT NULL
);
