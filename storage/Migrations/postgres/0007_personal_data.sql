-- Secrets under which values of personal dimensions are hashed, one per customer: without it nobody can tell them any more. And what was erased.

create table personal_secrets (
    customer text collate "C" not null primary key,
    secret bytea not null
);

create table erasures (
    customer text collate "C" not null,
    at bigint not null,
    actor text not null,
    reason text not null,
    primary key (customer, at)
);
