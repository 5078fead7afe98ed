-- What is pending is asked for again and again, among all that ever was.
create index account_items_by_status on account_items (kind, status, id);
