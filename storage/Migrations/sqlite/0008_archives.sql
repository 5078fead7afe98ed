-- Archives that rows of the journal were moved to, and the states that streams go on from where their rows begin later. Bases are no cache.

create table archives (
    id        text    not null primary key,
    until     text    not null,
    taken_at  integer not null,
    row_count integer not null,
    bytes     integer not null,
    hash      text    not null
);

create table journal_bases (
    stream   integer not null,
    version  integer not null,
    state    blob    not null,
    checksum integer not null,
    archive  text    not null,
    through  integer not null,
    primary key (stream, version)
);
