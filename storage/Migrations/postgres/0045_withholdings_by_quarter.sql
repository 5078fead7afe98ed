-- Withholdings are listed and added up by the quarter that they were withheld for.
update account_items set run = body::json -> 'withheld' ->> 'quarter' where kind = 'withholding';
