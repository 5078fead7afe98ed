-- Lists of documents are newest first to the last place: by date, then by number, of which a longer one is the later one.

drop index documents_newest;
drop index documents_by_seller;
drop index documents_by_buyer;
create index documents_newest on documents (issue_date, length(number), number) where number is not null;
create index documents_by_seller on documents (seller, issue_date, length(number), number) where number is not null;
create index documents_by_buyer on documents (buyer, issue_date, length(number), number) where number is not null;
