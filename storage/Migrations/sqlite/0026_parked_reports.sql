-- Delivery reports of messages whose events have not come: they wait, and are orphans when none has come in time.

create table parked_reports (
    subscription text not null,
    id text not null,
    message text not null,
    body text not null,
    parked_at integer not null,
    orphaned_at integer,
    primary key (subscription, id)
);

create index parked_reports_message on parked_reports (subscription, message);
create index parked_reports_time on parked_reports (parked_at);
