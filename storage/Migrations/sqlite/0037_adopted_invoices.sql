-- Invoices from before there were accounts are in none: each account takes them up as due work.
insert into due_work (grain, kind, at)
select distinct 'account/' || d.seller || '/' || d.buyer || '/' || d.currency, 'adopt', 0
from documents d
where d.kind = 'invoice' and d.number is not null and not exists (
    select 1 from account_facts f
    where f.account = d.seller || '/' || d.buyer || '/' || d.currency and f.kind = 'document_opened' and f.fact_id = d.number)
on conflict do nothing;
