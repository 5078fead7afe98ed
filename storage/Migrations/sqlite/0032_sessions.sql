-- Who acts as a customer with a key: the user, the key that asked for it, and why (JSON); null: a key of the party itself.
alter table api_keys add column session text;
