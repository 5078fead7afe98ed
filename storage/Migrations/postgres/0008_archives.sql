-- Archives that rows of the journal were moved to, and the states that streams go on from where their rows begin later. Bases are no cache.

create table archives (
    id        text   collate "C" not null primary key,
    until     text   not null,
    taken_at  bigint not null,
    row_count bigint not null,
    bytes     bigint not null,
    hash      text   not null
);

create table journal_bases (
    stream   bigint not null,
    version  bigint not null,
    state    bytea  not null,
    checksum bigint not null,
    archive  text   collate "C" not null,
    through  bigint not null,
    primary key (stream, version)
);
alter table journal_bases alter column state set storage external;
