-- Receivers outside that are told what is told to a party, and what each of them was sent: one row per receiver and notification.

create table webhooks (
    id text not null primary key,
    party text,
    url text not null,
    kinds text not null,
    secret text not null,
    disabled integer not null,
    created_at integer not null
);
create index webhooks_of_party on webhooks (party, id);

create table webhook_deliveries (
    webhook text not null,
    number integer not null,
    status text not null,
    attempts integer not null,
    first_at integer,
    next_at integer not null,
    claimed_until integer,
    answer text,
    done_at integer,
    primary key (webhook, number)
);
create index webhook_deliveries_pending on webhook_deliveries (webhook, number) where status = 'pending';
create index webhook_deliveries_done on webhook_deliveries (done_at) where done_at is not null;
