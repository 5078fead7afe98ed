-- The start of document numbers belongs to one party for ever, or its series would not be gapless.

create table number_prefixes (
    prefix text not null primary key,
    party  text not null
);
insert into number_prefixes (prefix, party)
select coalesce(json_extract(body, '$.number_prefix'), case when upper(id) like '%-S' then substr(upper(id), 1, length(id) - 2) || '_S' else upper(id) end), id
from definitions where kind in ('seller', 'partner') order by recorded_at, id
on conflict do nothing;
