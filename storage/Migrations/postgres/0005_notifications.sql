-- What was told to whom, once per key; and the rules by which usage tells that it has grown.

create table notifications (
    number bigint generated always as identity primary key,
    key text collate "C" not null unique,
    at bigint not null,
    kind text collate "C" not null,
    party text collate "C" not null,
    above text collate "C",
    body text not null
);
create index notifications_of_party on notifications (party, number);
create index notifications_below_party on notifications (above, number);

create table usage_alerts (
    id text collate "C" not null primary key,
    party text collate "C" not null,
    above text collate "C",
    body text not null,
    version integer not null
);
create index usage_alerts_of_party on usage_alerts (party, id);
create index usage_alerts_below_party on usage_alerts (above, id);
