-- The first tables. Instants are UTC microseconds since 1970, dates ISO text; text sorts by bytes ("C"), as the cursors of the API do.

create sequence streams as bigint;

-- Rows are small, binary and already packed: trying to compress or toast 2-8 KB of them would only cost time.
create table journal (
    stream  bigint not null,
    version bigint not null,
    payload bytea  not null,
    primary key (stream, version)
) with (toast_tuple_target = 8160);
alter table journal alter column payload set storage external;

create table snapshots (
    stream   bigint not null primary key,
    version  bigint not null,
    state    bytea  not null,
    checksum bigint not null
);
alter table snapshots alter column state set storage external;

create table event_id_parts (
    stream        bigint  not null,
    day           integer not null,
    first_version bigint  not null,
    last_version  bigint  not null,
    payload       bytea   not null,
    primary key (stream, day, first_version, last_version)
);
alter table event_id_parts alter column payload set storage external;
create index event_id_parts_by_day on event_id_parts (day);

create table definitions (
    kind        text    collate "C" not null,
    id          text    collate "C" not null,
    version     integer not null,
    stream      bigint  not null,
    parent      text    collate "C",
    body        text    not null,
    recorded_at bigint  not null,
    actor       text    not null,
    primary key (kind, id)
);
create index definitions_by_parent on definitions (kind, parent, id) where parent is not null;

-- Versions that were replaced; the newest one stands in definitions.
create table definition_history (
    kind        text    collate "C" not null,
    id          text    collate "C" not null,
    version     integer not null,
    stream      bigint  not null,
    parent      text    collate "C",
    body        text    not null,
    recorded_at bigint  not null,
    actor       text    not null,
    primary key (kind, id, version)
);

-- All kinds of party share one namespace of ids.
create table parties (
    id   text collate "C" not null primary key,
    kind text collate "C" not null
);

create table legs (
    agreement    text   collate "C" not null,
    subscription text   collate "C" not null,
    starts_at    bigint not null,
    ends_at      bigint
);
create index legs_by_agreement on legs (agreement, subscription, starts_at);
create index legs_by_subscription on legs (subscription);

create table catalogue (
    one      integer not null primary key check (one = 1),
    revision bigint  not null
);
insert into catalogue (one, revision) values (1, 0);

create table close_runs (
    id           text    collate "C" not null primary key,
    calendar     text    collate "C" not null,
    period       text    collate "C" not null,
    period_start bigint  not null,
    period_end   bigint  not null,
    state        integer not null,
    started_at   bigint  not null,
    finished_at  bigint,
    unique (calendar, period)
);
create index close_runs_newest on close_runs (calendar, period_end);

create table close_items (
    run          text    collate "C" not null references close_runs (id),
    agreement    text    collate "C" not null,
    buyer        text    not null,
    state        integer not null,
    expected     integer not null,
    reported     integer not null,
    cursor       text,
    document_key text,
    reason       text,
    attempts     integer not null,
    primary key (run, agreement)
) with (fillfactor = 70);
create index close_items_by_state on close_items (run, state, agreement);

create table due_work (
    grain text   collate "C" not null,
    kind  text   collate "C" not null,
    at    bigint not null,
    primary key (grain, kind)
);
create index due_work_by_time on due_work (at, grain, kind);

-- Room in the pages: a draft gets its totals and its count of children without touching an index.
create table documents (
    id                bigint generated always as identity primary key,
    key               text   collate "C" not null unique,
    number            text   collate "C" unique,
    kind              text   not null,
    status            text   not null,
    seller            text   collate "C" not null,
    buyer             text   collate "C" not null,
    agreement         text   not null,
    calendar          text   not null,
    period            text   not null,
    period_from       text   not null,
    period_to         text   not null,
    currency          text   not null,
    issue_date        text   collate "C",
    due_date          text   collate "C",
    net               numeric(28,10),
    tax               numeric(28,10),
    total             numeric(28,10),
    outstanding       numeric(28,10),
    payment_reference text,
    body              text   not null,
    created_at        bigint not null,
    children          bigint not null default 0
) with (fillfactor = 70);
create index documents_newest on documents (issue_date desc, number) where number is not null;
create index documents_by_seller on documents (seller, issue_date desc, number) where number is not null;
create index documents_by_buyer on documents (buyer, issue_date desc, number) where number is not null;

-- Both tables without a foreign key to documents: their writers hold the document's row lock, and a check per row is the dearest part of it.
create table document_children (
    document bigint not null,
    child    text   collate "C" not null,
    primary key (document, child)
);

-- Without a unique index: the row of the child, written in the same transaction, guards it.
create table document_lines (
    document    bigint  not null,
    position    integer not null,
    child       text    collate "C" not null,
    line_number integer not null,
    customer    text    not null,
    description text    not null,
    quantity    numeric(28,10) not null,
    unit_price  numeric(28,10),
    amount      numeric(28,10) not null,
    tax_category text   not null,
    tax_rate    numeric(28,10) not null,
    period_from text    not null,
    period_to   text    not null,
    body        text    not null
);
create index document_lines_in_order on document_lines (document, position, child, line_number);

create table document_series (
    series      text   collate "C" not null primary key,
    last_number bigint not null
);

create table api_keys (
    id          text   collate "C" not null primary key,
    secret_hash text   not null,
    party       text   collate "C",
    scopes      text   not null,
    name        text   not null,
    created_at  bigint not null,
    revoked_at  bigint
);
create index api_keys_by_party on api_keys (party, id);

create table idempotent_answers (
    caller       text    collate "C" not null,
    key          text    collate "C" not null,
    body_hash    text    not null,
    status       integer not null,
    content_type text    not null,
    body         text    not null,
    at           bigint  not null,
    primary key (caller, key)
);

create table settings (
    name  text collate "C" not null primary key,
    value text not null
);
