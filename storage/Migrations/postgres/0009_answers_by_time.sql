-- Answers of commands are deleted by age.

create index idempotent_answers_by_time on idempotent_answers (at);
