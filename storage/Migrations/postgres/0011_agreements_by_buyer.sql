-- A product's legs are found by who buys from whom.

create index agreements_by_buyer on definitions ((body::json ->> 'buyer'), id) where kind = 'agreement';
