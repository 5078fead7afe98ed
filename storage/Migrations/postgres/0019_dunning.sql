-- Dunning cases, one per agreement, and their facts.

create table dunning_cases (
    agreement text collate "C" not null primary key,
    account text collate "C" not null,
    seller text collate "C" not null,
    buyer text collate "C" not null,
    version bigint not null,
    body text not null
);

create index dunning_cases_by_buyer on dunning_cases (buyer, agreement);
create index dunning_cases_by_account on dunning_cases (account);

create table dunning_facts (
    agreement text collate "C" not null,
    version bigint not null,
    recorded_at bigint not null,
    body text not null,
    primary key (agreement, version)
);
