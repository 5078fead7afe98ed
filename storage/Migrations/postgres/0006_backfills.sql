-- Backfills of old usage, and the subscriptions that take part in each.

create table backfills (
    id text collate "C" not null primary key,
    reason text not null,
    state text collate "C" not null,
    stage integer not null,
    opened_at bigint not null,
    changed_at bigint not null,
    subscriptions bigint not null
);

create table backfill_subscriptions (
    backfill text collate "C" not null,
    subscription text collate "C" not null,
    reverted integer not null,
    primary key (backfill, subscription)
);
