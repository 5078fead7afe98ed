-- Live usage of a party with many subscriptions, kept from time to time: a cache.

create table usage_rollups (
    party text not null primary key,
    state blob not null,
    checksum integer not null
);
