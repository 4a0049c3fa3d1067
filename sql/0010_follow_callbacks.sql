alter table callbacks
  add column line text,
  add column language text not null default 'ru-RU',
  add column reason text not null default 'asked' check (reason in ('asked', 'broken-off')),
  add column dialled integer not null default 0 check (dialled >= 0),
  add column due_until timestamptz,
  add column expires_at timestamptz,
  add column rang_at timestamptz,
  add column confirmed_at timestamptz,
  add column earlier_legs text[] not null default '{}',
  add column broken_talk uuid unique references talks;
update callbacks set
  expires_at = coalesce(window_to, requested_at) + interval '24 hours',
  promised_by = coalesce(promised_by, window_to, requested_at + interval '2 hours'),
  next_attempt_at = coalesce(next_attempt_at, window_from, requested_at);
create index callbacks_by_dialling on callbacks (dial_at);
create index callbacks_under_way on callbacks (changed_at) where state in ('placed', 'answered');
create index callbacks_due on callbacks (due_until) where state = 'due';
comment on column callbacks.line is 'Number of ours that is shown to the person; null = one that has the queue.';
comment on column callbacks.reason is '`broken-off`: the person was talking to an operator when the call was lost.';
comment on column callbacks.dialled is 'Attempts begun, whether they rang or not.';
comment on column callbacks.due_until is 'A due one may be dialled until then: working hours, and the day where the person lives.';
comment on column callbacks.expires_at is 'Not begun any more after that: the request has expired.';
comment on column callbacks.rang_at is 'When the attempt under way rang.';
comment on column callbacks.confirmed_at is 'When the person of the attempt under way asked for the operator by key.';
comment on column callbacks.broken_talk is 'The talk that was lost, where that is the reason.';
comment on column callbacks.earlier_legs is 'Calls of earlier attempts: no evidence for the one under way.';

alter table talks add column ended_by_operator boolean not null default false;
comment on column talks.ended_by_operator is 'The operator hung up: nothing was lost.';
create index talks_ended on talks (ended_at) where ended_at is not null;

create table callback_counts (
  name text primary key,
  count bigint not null
);
insert into callback_counts values ('double-dials', 0), ('late-legs', 0);
comment on table callback_counts is 'What must never happen, counted for all nodes together.';
