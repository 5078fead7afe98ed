-- What is owed is read by number for reports of ages: few of all documents that were ever issued.
create index documents_owed on documents (number) where status in ('issued', 'partially_paid') and kind in ('invoice', 'opening_balance');
