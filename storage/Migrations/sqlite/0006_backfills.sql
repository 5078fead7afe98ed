-- Backfills of old usage, and the subscriptions that take part in each.

create table backfills (
    id text not null primary key,
    reason text not null,
    state text not null,
    stage integer not null,
    opened_at integer not null,
    changed_at integer not null,
    subscriptions integer not null
);

create table backfill_subscriptions (
    backfill text not null,
    subscription text not null,
    reverted integer not null,
    primary key (backfill, subscription)
);
