-- Withholdings are listed and added up by the quarter that they were withheld for.
update account_items set run = json_extract(body, '$.withheld.quarter') where kind = 'withholding';
