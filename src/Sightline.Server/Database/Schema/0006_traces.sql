-- The W3C trace of a call, which its caller began. A server of before, which knows none, gives it one of its own.
ALTER TABLE calls ADD COLUMN trace_id uuid NOT NULL DEFAULT gen_random_uuid();
