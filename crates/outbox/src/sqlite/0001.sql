-- Times are microseconds since 1970. Words are those of the crate's enums.

CREATE TABLE lead (
    id          INTEGER PRIMARY KEY,
    uid         BLOB NOT NULL,
    source      TEXT NOT NULL,
    idem_key    TEXT NOT NULL,
    revision    INTEGER NOT NULL,
    raw_hash    BLOB NOT NULL,
    accepted_at INTEGER NOT NULL,
    body        BLOB                        -- NULL: purged, the key is left
) STRICT;

CREATE UNIQUE INDEX lead_key ON lead (idem_key, source, revision);

CREATE TABLE delivery (
    id              INTEGER PRIMARY KEY,
    lead            INTEGER NOT NULL,
    sink            TEXT NOT NULL,
    state           TEXT NOT NULL,
    due_at          INTEGER NOT NULL,
    accepted_at     INTEGER NOT NULL,
    changed_at      INTEGER NOT NULL,
    claims          INTEGER NOT NULL DEFAULT 0,
    attempts        INTEGER NOT NULL DEFAULT 0,
    first_failed_at INTEGER,
    doubt           INTEGER,                -- the claim of the first attempt in doubt
    waits_for       INTEGER,                -- the delivery of an earlier revision that has to be over first
    lease_owner     BLOB,
    early           TEXT,                   -- the vendor's late word, come while the delivery was leased
    conclusion      TEXT,
    callback_token  TEXT,
    vendor_ref      TEXT,
    -- No IN: it would build a table of the words for each row that is written.
    CHECK (state = 'due' OR state = 'leased' OR state = 'awaiting_callback' OR state = 'done' OR state = 'dead'
        OR state = 'held'),
    CHECK ((state = 'leased') = (lease_owner IS NOT NULL)),
    CHECK ((state = 'done') = (conclusion IS NOT NULL)),
    CHECK (state <> 'dead' OR doubt IS NULL)
) STRICT;

CREATE UNIQUE INDEX delivery_lead ON delivery (lead, sink);

-- Without what is done, so that claims do not slow down with history.
CREATE INDEX delivery_open ON delivery (state, sink, due_at) WHERE state <> 'done';

-- The ends that are not the usual one: with those and what is open, a count of all tells the rest.
CREATE INDEX delivery_ended ON delivery (sink, conclusion) WHERE conclusion <> 'accepted';

CREATE UNIQUE INDEX delivery_token ON delivery (callback_token) WHERE callback_token IS NOT NULL;

CREATE TABLE attempt (
    id          INTEGER PRIMARY KEY,
    delivery    INTEGER NOT NULL,
    claim       INTEGER NOT NULL,
    started_at  INTEGER NOT NULL,
    ended_at    INTEGER,
    outcome     TEXT,                       -- NULL: in flight
    status      INTEGER,
    error       TEXT,
    message     TEXT,
    detail      TEXT,
    next_due    INTEGER,
    late        TEXT,                       -- what its worker said after its lease had ended
    repeat_safe INTEGER,
    prepared    BLOB
) STRICT;

CREATE UNIQUE INDEX attempt_claim ON attempt (delivery, claim);

CREATE TABLE vendor_event (
    id          INTEGER PRIMARY KEY,
    vendor      TEXT NOT NULL,
    event_id    TEXT NOT NULL,
    delivery    INTEGER,                    -- NULL: matches nothing
    received_at INTEGER NOT NULL,
    verdict     TEXT NOT NULL,
    body        BLOB                        -- NULL: purged, the id is left
) STRICT;

CREATE UNIQUE INDEX vendor_event_id ON vendor_event (vendor, event_id);
CREATE INDEX vendor_event_delivery ON vendor_event (delivery) WHERE delivery IS NOT NULL;

CREATE TABLE lane (
    sink          TEXT PRIMARY KEY,
    is_paused     INTEGER NOT NULL DEFAULT 0,
    hold          TEXT,
    not_before    INTEGER,
    breaker       TEXT NOT NULL DEFAULT 'closed' CHECK (breaker IN ('closed', 'open', 'half_open')),
    breaker_until INTEGER,
    generation    INTEGER NOT NULL DEFAULT 0,
    budget        TEXT                      -- the requests that still count for a quota, as JSON
) STRICT, WITHOUT ROWID;
