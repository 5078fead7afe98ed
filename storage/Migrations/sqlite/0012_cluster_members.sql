-- Nothing: a SQLite store belongs to one process, members of a cluster stand in PostgreSQL only. Numbers of both databases go together.
select 1;
