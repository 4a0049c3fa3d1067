-- The carrier begins so many calls a second for an account. What is ordered beyond that waits with it for up to a
-- day, and rings when the operator or the person is long gone. So all nodes share one pace, whoever is rung.
create table call_pace (
  is_only boolean primary key default true check (is_only),
  paid_until timestamptz not null default now(),
  callers_until timestamptz not null default now()
);
insert into call_pace default values;
comment on table call_pace is 'One row: the pace of calls that the account begins, on all nodes together.';
comment on column call_pace.paid_until is 'Until when the calls begun so far use up the pace.';
comment on column call_pace.callers_until is 'Until then a caller on hold may wait for the leg of an operator: callbacks stand back.';
