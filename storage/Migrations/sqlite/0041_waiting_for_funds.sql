-- Subscriptions that wait for money of a wallet: rows of due work that a payment brings forward.
create index due_work_waiting_for_funds on due_work (kind) where substr(kind, 1, 6) = 'funds/';
