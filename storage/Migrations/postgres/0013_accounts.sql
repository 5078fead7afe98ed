-- Accounts: what a buyer owes a seller besides what subscriptions seal, and what is paid. Facts, and what is read without an account's own state.

create table accounts (
    id        text   collate "C" not null primary key,
    seller    text   collate "C" not null,
    buyer     text   collate "C" not null,
    currency  text   not null,
    version   bigint not null,
    unapplied numeric(28,10) not null
);
create index accounts_by_buyer on accounts (buyer, id);
create index accounts_by_seller on accounts (seller, id);

create table account_facts (
    account     text   collate "C" not null,
    version     bigint not null,
    kind        text   collate "C" not null,
    fact_id     text   collate "C" not null,
    recorded_at bigint not null,
    actor       text   not null,
    body        text   not null,
    primary key (account, version)
);
create unique index account_facts_by_id on account_facts (account, kind, fact_id);

-- Debit above zero, credit below; the lines of one fact sum to zero.
create table postings (
    account     text    collate "C" not null,
    version     bigint  not null,
    line        integer not null,
    ledger      text    collate "C" not null,
    amount      numeric(28,10) not null,
    currency    text    not null,
    recorded_at bigint  not null,
    primary key (account, version, line)
);

-- Charges, payments and whatever else of accounts is listed and found by its id.
create table account_items (
    kind      text   collate "C" not null,
    id        text   collate "C" not null,
    account   text   collate "C" not null,
    seller    text   collate "C" not null,
    buyer     text   collate "C" not null,
    agreement text   collate "C",
    at        bigint not null,
    status    text   collate "C" not null,
    run       text   collate "C",
    remaining numeric(28,10) not null,
    body      text   not null,
    primary key (kind, id)
);
create index account_items_by_buyer on account_items (kind, buyer, id);
create index account_items_by_seller on account_items (kind, seller, id);
create index account_items_to_seal on account_items (agreement, status, at) where agreement is not null;
create index account_items_by_run on account_items (run, agreement) where run is not null;

alter table documents add column paid_on text;
