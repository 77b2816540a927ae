-- The key pair that push services know this server by; the private half is protected with the keys that protect sessions.
CREATE TABLE push_keys (
    one_row     boolean PRIMARY KEY DEFAULT true CHECK (one_row),
    public_key  bytea NOT NULL,
    private_key bytea NOT NULL
);

-- Where a browser can be woken. "rung" are the calls that it was told of and that it must be told the end of.
CREATE TABLE push_subscriptions (
    endpoint   text PRIMARY KEY,
    person_id  uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    p256dh     bytea NOT NULL,
    auth       bytea NOT NULL,
    rung       uuid[] NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL
);

CREATE INDEX push_subscriptions_by_person ON push_subscriptions (person_id, created_at);
