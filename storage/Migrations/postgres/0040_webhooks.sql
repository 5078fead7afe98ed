-- Receivers outside that are told what is told to a party, and what each of them was sent: one row per receiver and notification.

create table webhooks (
    id text collate "C" not null primary key,
    party text collate "C",
    url text not null,
    kinds text not null,
    secret text not null,
    disabled integer not null,
    created_at bigint not null
);
create index webhooks_of_party on webhooks (party, id);

create table webhook_deliveries (
    webhook text collate "C" not null,
    number bigint not null,
    status text collate "C" not null,
    attempts integer not null,
    first_at bigint,
    next_at bigint not null,
    claimed_until bigint,
    answer text,
    done_at bigint,
    primary key (webhook, number)
);
create index webhook_deliveries_pending on webhook_deliveries (webhook, number) where status = 'pending';
create index webhook_deliveries_done on webhook_deliveries (done_at) where done_at is not null;
