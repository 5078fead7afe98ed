-- States of parties: facts with versions, how each party stands, and the order of all changes.

create table party_facts (
    party text collate "C" not null,
    version bigint not null,
    recorded_at bigint not null,
    actor text collate "C" not null,
    body text not null,
    primary key (party, version)
);

create table party_states (
    party text collate "C" not null primary key,
    version bigint not null,
    changed bigint not null,
    status text collate "C" not null,
    body text not null
);

create unique index party_states_by_change on party_states (changed);

create table party_order (
    one integer not null primary key,
    last bigint not null
);
