-- Live usage of a party with many subscriptions, kept from time to time: a cache.

create table usage_rollups (
    party text collate "C" not null primary key,
    state bytea not null,
    checksum bigint not null
);
