-- Price corrections, and how far each has come on every subscription that it concerns.

create table price_corrections (
    id text not null primary key,
    party text not null,
    body text not null,
    state text not null,
    created_at integer not null
);

create table price_correction_parts (
    correction text not null,
    subscription text not null,
    done integer not null,
    after_version integer not null,
    report text not null,
    primary key (correction, subscription)
);
