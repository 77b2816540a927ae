-- Calls of up to four: each person rings for a time of their own, can be busy or lost, and has or has not looked at a missed call.
ALTER TABLE call_participants
    DROP CONSTRAINT call_participants_standing_check,
    ADD CONSTRAINT call_participants_standing_check
        CHECK (standing IN ('ringing', 'joined', 'declined', 'busy', 'missed', 'left', 'lost')),
    ADD ring_expires_at timestamptz,
    ADD unseen boolean NOT NULL DEFAULT false;

UPDATE call_participants p SET ring_expires_at = c.ring_expires_at
FROM calls c WHERE c.id = p.call_id AND p.standing = 'ringing';

CREATE INDEX call_participants_unseen ON call_participants (person_id) WHERE unseen;

-- The calls of a channel are looked at when the next one begins there.
CREATE INDEX calls_ringing_in_channel ON calls (channel_id) WHERE state = 'ringing';

-- A group channel is the one of exactly these people, in the order of their ids; a direct channel is told by its two.
ALTER TABLE channels
    ADD group_members uuid[] UNIQUE,
    ADD CHECK ((group_members IS NULL) = (person_low IS NOT NULL));
