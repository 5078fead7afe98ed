-- What was told to whom, once per key; and the rules by which usage tells that it has grown.

create table notifications (
    number integer primary key autoincrement,
    key text not null unique,
    at integer not null,
    kind text not null,
    party text not null,
    above text,
    body text not null
);
create index notifications_of_party on notifications (party, number);
create index notifications_below_party on notifications (above, number);

create table usage_alerts (
    id text not null primary key,
    party text not null,
    above text,
    body text not null,
    version integer not null
);
create index usage_alerts_of_party on usage_alerts (party, id);
create index usage_alerts_below_party on usage_alerts (above, id);
