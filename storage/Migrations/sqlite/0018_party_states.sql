-- States of parties: facts with versions, how each party stands, and the order of all changes.

create table party_facts (
    party text not null,
    version integer not null,
    recorded_at integer not null,
    actor text not null,
    body text not null,
    primary key (party, version)
);

create table party_states (
    party text not null primary key,
    version integer not null,
    changed integer not null,
    status text not null,
    body text not null
);

create unique index party_states_by_change on party_states (changed);

create table party_order (
    one integer not null primary key,
    last integer not null
);
