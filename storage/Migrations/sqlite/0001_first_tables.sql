-- The first tables. Instants are UTC microseconds since 1970, dates ISO text, decimals exact text; text sorts by bytes (BINARY).

create table streams (
    one integer not null primary key check (one = 1),
    last integer not null
);
insert into streams (one, last) values (1, 0);

-- Rows lie in the order of their key: one tree instead of two.
create table journal (
    stream integer not null,
    version integer not null,
    payload blob not null,
    primary key (stream, version)
) without rowid;

create table snapshots (
    stream integer not null primary key,
    version integer not null,
    state blob not null,
    checksum integer not null
);

create table event_id_parts (
    stream integer not null,
    day integer not null,
    first_version integer not null,
    last_version integer not null,
    payload blob not null,
    primary key (stream, day, first_version, last_version)
);
create index event_id_parts_by_day on event_id_parts (day);

create table definitions (
    kind text not null,
    id text not null,
    version integer not null,
    stream integer not null,
    parent text,
    body text not null,
    recorded_at integer not null,
    actor text not null,
    primary key (kind, id)
);
create index definitions_by_parent on definitions (kind, parent, id) where parent is not null;

-- Versions that were replaced; the newest one stands in definitions.
create table definition_history (
    kind text not null,
    id text not null,
    version integer not null,
    stream integer not null,
    parent text,
    body text not null,
    recorded_at integer not null,
    actor text not null,
    primary key (kind, id, version)
);

-- All kinds of party share one namespace of ids.
create table parties (
    id text not null primary key,
    kind text not null
);

create table legs (
    agreement text not null,
    subscription text not null,
    starts_at integer not null,
    ends_at integer
);
create index legs_by_agreement on legs (agreement, subscription, starts_at);
create index legs_by_subscription on legs (subscription);

create table catalogue (
    one integer not null primary key check (one = 1),
    revision integer not null
);
insert into catalogue (one, revision) values (1, 0);

create table close_runs (
    id text not null primary key,
    calendar text not null,
    period text not null,
    period_start integer not null,
    period_end integer not null,
    state integer not null,
    started_at integer not null,
    finished_at integer,
    unique (calendar, period)
);
create index close_runs_newest on close_runs (calendar, period_end);

create table close_items (
    run text not null references close_runs (id),
    agreement text not null,
    buyer text not null,
    state integer not null,
    expected integer not null,
    reported integer not null,
    cursor text,
    document_key text,
    reason text,
    attempts integer not null,
    primary key (run, agreement)
);
create index close_items_by_state on close_items (run, state, agreement);

create table due_work (
    grain text not null,
    kind text not null,
    at integer not null,
    primary key (grain, kind)
);
create index due_work_by_time on due_work (at, grain, kind);

create table documents (
    id integer primary key autoincrement,
    key text not null unique,
    number text unique,
    kind text not null,
    status text not null,
    seller text not null,
    buyer text not null,
    agreement text not null,
    calendar text not null,
    period text not null,
    period_from text not null,
    period_to text not null,
    currency text not null,
    issue_date text,
    due_date text,
    net text,
    tax text,
    total text,
    outstanding text,
    payment_reference text,
    body text not null,
    created_at integer not null,
    children integer not null default 0
);
create index documents_newest on documents (issue_date desc, number) where number is not null;
create index documents_by_seller on documents (seller, issue_date desc, number) where number is not null;
create index documents_by_buyer on documents (buyer, issue_date desc, number) where number is not null;

-- Both tables without a foreign key to documents: their writers hold the document's row lock, and a check per row is the dearest part of it.
create table document_children (
    document integer not null,
    child text not null,
    primary key (document, child)
);

-- Without a unique index: the row of the child, written in the same transaction, guards it.
create table document_lines (
    document integer not null,
    position integer not null,
    child text not null,
    line_number integer not null,
    customer text not null,
    description text not null,
    quantity text not null,
    unit_price text,
    amount text not null,
    tax_category text not null,
    tax_rate text not null,
    period_from text not null,
    period_to text not null,
    body text not null
);
create index document_lines_in_order on document_lines (document, position, child, line_number);

create table document_series (
    series text not null primary key,
    last_number integer not null
);

create table api_keys (
    id text not null primary key,
    secret_hash text not null,
    party text,
    scopes text not null,
    name text not null,
    created_at integer not null,
    revoked_at integer
);
create index api_keys_by_party on api_keys (party, id);

create table idempotent_answers (
    caller text not null,
    key text not null,
    body_hash text not null,
    status integer not null,
    content_type text not null,
    body text not null,
    at integer not null,
    primary key (caller, key)
);

create table settings (
    name text not null primary key,
    value text not null
);
