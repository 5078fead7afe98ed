-- Drafts that are looked at before they are issued: few, and found by their agreement and by their key.
create index documents_reviewed on documents (agreement, key) where number is null and status <> 'draft';
