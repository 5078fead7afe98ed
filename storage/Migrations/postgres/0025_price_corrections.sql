-- Price corrections, and how far each has come on every subscription that it concerns.

create table price_corrections (
    id text collate "C" not null primary key,
    party text collate "C" not null,
    body text not null,
    state text collate "C" not null,
    created_at bigint not null
);

create table price_correction_parts (
    correction text collate "C" not null,
    subscription text collate "C" not null,
    done integer not null,
    after_version bigint not null,
    report text not null,
    primary key (correction, subscription)
);
