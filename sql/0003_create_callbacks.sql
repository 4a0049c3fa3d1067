create sequence callback_tickets start 100001;

create table callbacks (
  id uuid primary key,
  ticket text not null unique,
  phone text not null check (phone ~ '^\+[0-9]{7,15}$'),
  queue text not null,
  topic text,
  window_from timestamptz,
  window_to timestamptz,
  state text not null default 'queued' check (state in (
    'queued', 'due', 'dialing', 'placed', 'uncertain', 'answered',
    'done', 'failed', 'expired', 'cancelled'
  )),
  attempts integer not null default 0 check (attempts >= 0),
  requested_at timestamptz not null,
  changed_at timestamptz not null,
  call_sid text,
  check ((window_from is null) = (window_to is null)),
  check (window_from < window_to)
);
create unique index one_open_callback_a_phone on callbacks (phone)
  where state in ('queued', 'due', 'dialing', 'placed', 'uncertain', 'answered');
create index callbacks_by_phone on callbacks (phone, requested_at);
create index callbacks_by_state on callbacks (state, requested_at desc, id desc);
create index callbacks_by_request on callbacks (requested_at desc, id desc);
comment on table callbacks is 'Requests to be called back. A person has one open request at most.';
comment on column callbacks.ticket is 'Number the caller is told: digits only, so that it can be spoken and keyed in. No secret.';
comment on column callbacks.phone is 'Number to call, E.164. Personal data.';
comment on column callbacks.window_from is 'Start of the window the caller chose; null = as soon as possible.';
comment on column callbacks.state is '`uncertain`: the carrier may or may not have placed the call; only evidence ends it, never a repeat.';
comment on column callbacks.attempts is 'Attempts that rang.';
comment on column callbacks.call_sid is 'Call in which it was asked for; null when asked for elsewhere.';

create table callback_wishes (
  id bigint generated always as identity primary key,
  callback_id uuid not null references callbacks on delete cascade,
  at timestamptz not null,
  call_sid text,
  window_from timestamptz,
  window_to timestamptz
);
create index callback_wishes_by_callback on callback_wishes (callback_id, at);
comment on table callback_wishes is 'Every wish that made or changed a request, in order: who asked for which window, and when.';
