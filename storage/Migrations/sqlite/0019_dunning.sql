-- Dunning cases, one per agreement, and their facts.

create table dunning_cases (
    agreement text not null primary key,
    account text not null,
    seller text not null,
    buyer text not null,
    version integer not null,
    body text not null
);

create index dunning_cases_by_buyer on dunning_cases (buyer, agreement);
create index dunning_cases_by_account on dunning_cases (account);

create table dunning_facts (
    agreement text not null,
    version integer not null,
    recorded_at integer not null,
    body text not null,
    primary key (agreement, version)
);
