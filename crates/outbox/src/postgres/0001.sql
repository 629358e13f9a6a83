-- Words are those of the crate's enums. Text is compared byte by byte, on every machine alike.

CREATE TABLE outbox_version (
    application text NOT NULL,              -- `leadsink`
    version     integer NOT NULL
);

CREATE TABLE lead (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    uid         uuid NOT NULL,
    source      text COLLATE "C" NOT NULL,
    idem_key    text COLLATE "C" NOT NULL,
    revision    bigint NOT NULL,
    raw_hash    bytea NOT NULL,
    accepted_at timestamptz NOT NULL,
    body        bytea                       -- NULL: purged, the key is left
);

CREATE UNIQUE INDEX lead_key ON lead (idem_key, source, revision);

-- Each row is written three times: filed, leased, over. The room is for that, and it is swept up soon.
CREATE TABLE delivery (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    lead            bigint NOT NULL,
    sink            text COLLATE "C" NOT NULL,
    state           text COLLATE "C" NOT NULL,
    due_at          timestamptz NOT NULL,
    accepted_at     timestamptz NOT NULL,
    changed_at      timestamptz NOT NULL,
    claims          bigint NOT NULL DEFAULT 0,
    attempts        bigint NOT NULL DEFAULT 0,
    lost            bigint NOT NULL DEFAULT 0,  -- how often in a row it was lost with its worker
    first_failed_at timestamptz,
    doubt           bigint,                 -- the claim of the first attempt in doubt
    waits_for       bigint,                 -- the delivery of an earlier revision that has to be over first
    lease_owner     uuid,
    lease_until     timestamptz,            -- by the clock of the server
    early           text COLLATE "C",       -- the vendor's late word, come while the delivery was leased
    conclusion      text COLLATE "C",
    callback_token  text COLLATE "C",
    vendor_ref      text COLLATE "C",
    CHECK (state IN ('due', 'leased', 'awaiting_callback', 'done', 'dead', 'held')),
    CHECK ((state = 'leased') = (lease_owner IS NOT NULL)),
    CHECK ((state = 'leased') = (lease_until IS NOT NULL)),
    CHECK ((state = 'done') = (conclusion IS NOT NULL)),
    CHECK (state <> 'dead' OR doubt IS NULL)
) WITH (
    fillfactor = 70,
    autovacuum_vacuum_scale_factor = 0.01,
    autovacuum_vacuum_threshold = 1000,
    autovacuum_vacuum_insert_scale_factor = 0.02,
    autovacuum_analyze_scale_factor = 0.02,
    autovacuum_vacuum_cost_delay = 0
);

CREATE UNIQUE INDEX delivery_lead ON delivery (lead, sink);

-- Without what is done, so that claims do not slow down with history.
CREATE INDEX delivery_open ON delivery (state, sink, due_at, id) WHERE state <> 'done';

-- What may have ended its workers: few, and claimed alone.
CREATE INDEX delivery_lost ON delivery (sink, due_at, id) WHERE lost > 0 AND state = 'due';

-- The ends that are not the usual one: with those and what is open, a count of all tells the rest.
CREATE INDEX delivery_ended ON delivery (sink, conclusion) WHERE conclusion <> 'accepted';

CREATE UNIQUE INDEX delivery_token ON delivery (callback_token) WHERE callback_token IS NOT NULL;

CREATE TABLE attempt (
    delivery    bigint NOT NULL,
    claim       bigint NOT NULL,
    started_at  timestamptz NOT NULL,
    ended_at    timestamptz,
    outcome     text COLLATE "C",           -- NULL: in flight
    status      integer,
    error       text COLLATE "C",
    message     text COLLATE "C",
    detail      text COLLATE "C",
    next_due    timestamptz,
    late        text COLLATE "C",           -- what its worker said after its lease had ended
    repeat_safe boolean,
    prepared    bytea,
    PRIMARY KEY (delivery, claim)
) WITH (fillfactor = 80);

CREATE TABLE vendor_event (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    vendor      text COLLATE "C" NOT NULL,
    event_id    text COLLATE "C" NOT NULL,
    delivery    bigint,                     -- NULL: matches nothing
    received_at timestamptz NOT NULL,
    verdict     text COLLATE "C" NOT NULL,
    body        bytea                       -- NULL: purged, the id is left
);

CREATE UNIQUE INDEX vendor_event_id ON vendor_event (vendor, event_id);
CREATE INDEX vendor_event_delivery ON vendor_event (delivery) WHERE delivery IS NOT NULL;

-- Few rows, each written all the time: many versions of a row fit into its page.
CREATE TABLE lane (
    sink          text COLLATE "C" PRIMARY KEY,
    is_paused     boolean NOT NULL DEFAULT false,
    hold          text COLLATE "C",
    not_before    timestamptz,
    breaker       text COLLATE "C" NOT NULL DEFAULT 'closed' CHECK (breaker IN ('closed', 'open', 'half_open')),
    breaker_until timestamptz,
    generation    bigint NOT NULL DEFAULT 0,
    budget        text COLLATE "C"          -- the requests that still count for a quota, as JSON
) WITH (
    fillfactor = 10,
    autovacuum_vacuum_scale_factor = 0,
    autovacuum_vacuum_threshold = 200
);
