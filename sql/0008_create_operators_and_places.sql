create table operators (
  login text primary key check (login ~ '^[a-z0-9][a-z0-9._-]{1,39}$'),
  name text not null,
  password_hash text not null,
  role text not null check (role in ('operator', 'supervisor', 'administrator')),
  skills text[] not null,
  languages text[] not null check (cardinality(languages) > 0),
  contact text not null check (contact ~ '^(client:|sip:|\+[0-9])'),
  totp_secret bytea,
  is_disabled boolean not null default false,
  created_at timestamptz not null default now()
);
comment on table operators is 'People who sign in to the console.';
comment on column operators.password_hash is 'Argon2id in the PHC string format.';
comment on column operators.contact is 'Where the operator is rung: `client:LOGIN` (browser softphone), `+E164` or `sip:`.';
comment on column operators.totp_secret is 'Shared secret of the second factor; null = none.';

create table operator_sessions (
  id uuid primary key default uuidv7(),
  token_hash bytea not null unique,
  login text not null references operators on delete cascade,
  created_at timestamptz not null default now(),
  seen_at timestamptz not null default now(),
  expires_at timestamptz not null,
  ended_at timestamptz
);
create index operator_sessions_by_login on operator_sessions (login) where ended_at is null;
comment on table operator_sessions is 'Signed-in sessions. Only the SHA-256 of the token is kept.';

create table presence (
  login text primary key references operators on delete cascade,
  state text not null default 'offline' check (state in (
    'offline', 'available', 'break', 'reserved', 'talking', 'wrap-up'
  )),
  since timestamptz not null default now(),
  reason text,
  missed integer not null default 0 check (missed >= 0),
  wrap_up_until timestamptz,
  next_state text check (next_state in ('offline', 'break')),
  check ((state = 'wrap-up') = (wrap_up_until is not null))
);
create index presence_available on presence (since) where state = 'available';
comment on table presence is 'What an operator is doing; one row each, so that nobody holds two calls. `reserved`, `talking` and `wrap-up` are set by the system alone.';
comment on column presence.reason is 'Why the system decided, such as `missed`; null when the operator did.';
comment on column presence.missed is 'Calls in a row that rang in vain.';
comment on column presence.next_state is 'Wish of a busy operator, taken up when the call is written up.';

create table places (
  id uuid primary key default uuidv7(),
  call_sid text,
  phone text not null,
  queue text not null,
  topic text,
  language text not null,
  skills text[] not null,
  priority integer not null check (priority between -100 and 200),
  tier smallint check (tier between 1 and 3),
  business_number text,
  since timestamptz not null,
  rank_at timestamptz not null check (
    rank_at between since - interval '10 minutes' and since + interval '10 minutes'
  ),
  mode text not null check (mode in ('hold', 'callback')),
  state text not null default 'waiting' check (state in ('waiting', 'reserved', 'talking', 'ended')),
  result text check (result in (
    'served', 'left', 'timeout', 'closed', 'unreached', 'cancelled', 'failed'
  )),
  preferred_operator text,
  window_from timestamptz,
  window_to timestamptz,
  left_as text check (left_as in ('left', 'timeout', 'closed')),
  told_seconds integer,
  told_at timestamptz,
  first_told_seconds integer,
  first_told_at timestamptz,
  bridged_at timestamptz,
  changed_at timestamptz not null default now(),
  ended_at timestamptz,
  check ((window_from is null) = (window_to is null)),
  check (window_from < window_to),
  check ((state = 'ended') = (ended_at is not null)),
  check ((state = 'ended') = (result is not null)),
  check (mode = 'callback' or call_sid is not null),
  check (left_as is null or (mode = 'hold' and state in ('waiting', 'ended')))
);
create unique index one_open_place_a_call on places (call_sid) where state <> 'ended' and mode = 'hold';
create unique index one_open_callback_place_a_phone on places (phone)
  where state <> 'ended' and mode = 'callback';
create index places_waiting on places (language, skills, rank_at, id)
  where state = 'waiting' and left_as is null and window_from is null;
create index places_in_windows on places (window_from)
  where state = 'waiting' and window_from is not null;
create index places_on_hold_by_phone on places (phone) where state <> 'ended' and mode = 'hold';
create index places_open_by_queue on places (queue, rank_at) where state <> 'ended';
create index places_ended on places (queue, ended_at) where state = 'ended';
comment on table places is 'People in queues, on hold or waiting to be called back: one row a person, made once. `since` never changes.';
comment on column places.call_sid is 'Call of somebody on hold; of a callback the call it was asked for in.';
comment on column places.rank_at is 'Order of service: `since` put forward (or back) by priority within ten minutes.';
comment on column places.skills is 'Sorted, each once: people with the same need lie together in the index.';
comment on column places.left_as is 'Out of the line, not offered to anybody: the result it ends with when the call ends; null = in line. The same call may take it up again or turn it into a callback.';
comment on column places.first_told_seconds is 'Wait that the person was told first, at first_told_at: what the accuracy is judged by.';
comment on column places.bridged_at is 'When the person first talked to an operator.';
comment on column places.window_from is 'A callback is not rung before; null = as soon as possible.';
comment on column places.told_seconds is 'Wait that the person was told last, at told_at.';

create table reservations (
  id uuid primary key default uuidv7(),
  place_id uuid not null references places,
  login text not null references operators,
  state text not null default 'ringing' check (state in ('ringing', 'answered', 'bridged', 'ended')),
  outcome text check (outcome in (
    'served', 'no-answer', 'declined', 'busy', 'caller-left', 'leg-failed', 'lease-over',
    'signed-out', 'transferred'
  )),
  leg_sid text,
  created_at timestamptz not null default now(),
  lease_until timestamptz not null,
  is_leg_over boolean not null default false,
  answered_at timestamptz,
  bridged_at timestamptz,
  ended_at timestamptz,
  check ((state = 'ended') = (ended_at is not null)),
  check ((state = 'ended') = (outcome is not null))
);
create unique index one_open_reservation_an_operator on reservations (login) where state <> 'ended';
create unique index one_open_reservation_a_place on reservations (place_id) where state <> 'ended';
create unique index reservations_by_leg on reservations (leg_sid) where leg_sid is not null;
create index reservations_by_place on reservations (place_id, created_at);
create index reservations_by_lease on reservations (lease_until) where state in ('ringing', 'answered');
create index reservations_with_leg_to_cut on reservations (ended_at)
  where state = 'ended' and leg_sid is not null and not is_leg_over;
create index reservations_refused on reservations (ended_at)
  where outcome in ('no-answer', 'busy', 'declined', 'leg-failed', 'lease-over');
create index reservations_of_day on reservations (login, created_at);
comment on table reservations is 'An operator held for a place. While its leg rings or is being bridged it has a lease; a sweep gives back what is past it.';
comment on column reservations.is_leg_over is 'False on an ended one: its leg may still ring and is to be hung up.';
comment on column reservations.leg_sid is 'Carrier''s identifier of the operator''s leg.';

create table talks (
  id uuid primary key default uuidv7(),
  place_id uuid not null references places,
  reservation_id uuid not null references reservations,
  call_sid text not null,
  login text not null references operators,
  conference text not null,
  started_at timestamptz not null default now(),
  ended_at timestamptz,
  held_seconds integer not null default 0 check (held_seconds >= 0),
  held_since timestamptz,
  topic text,
  result text,
  note text,
  written_up_at timestamptz
);
create unique index one_talk_a_reservation on talks (reservation_id);
create index talks_by_place on talks (place_id, started_at);
create index talks_by_call on talks (call_sid, started_at);
create index talks_by_operator on talks (login, started_at);
comment on table talks is 'Operator and caller in one conference, and what the operator wrote of it.';
comment on column talks.note is 'Personal data.';

create table journal (
  id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  login text not null,
  action text not null,
  subject text not null,
  details jsonb not null default '{}'
);
create index journal_by_subject on journal (subject, at);
create index journal_by_login on journal (login, at);
comment on table journal is 'What operators saw and did of personal data, written in the transaction that read or changed it. Never changed.';

create table surveys (
  call_sid text primary key,
  asked_at timestamptz not null,
  score smallint check (score between 1 and 5),
  login text
);
comment on table surveys is 'One question after a talk; score null = no answer.';

alter table callbacks
  add column place_id uuid references places,
  add column order_of_dialling text not null default 'operator-first'
    check (order_of_dialling in ('operator-first', 'caller-first')),
  add column attempt_token text unique,
  add column dial_at timestamptz,
  add column lease_until timestamptz,
  add column leg_sid text,
  add column next_attempt_at timestamptz,
  add column looked_for integer not null default 0,
  add column looked_at timestamptz,
  add column promised_by timestamptz,
  add column started_at timestamptz,
  add column ended_reason text;
create unique index callbacks_by_place on callbacks (place_id) where place_id is not null;
create unique index callbacks_by_leg on callbacks (leg_sid) where leg_sid is not null;
create index callbacks_to_dial on callbacks (next_attempt_at) where state in ('queued', 'due');
create index callbacks_uncertain on callbacks (dial_at) where state in ('dialing', 'uncertain');
comment on column callbacks.attempt_token is '128 random bits of the attempt under way: carried by its webhooks, checked by every write.';
comment on column callbacks.dial_at is 'When the attempt under way was begun, by the database''s clock.';
comment on column callbacks.looked_for is 'How often the carrier was asked for the call of an uncertain attempt and had none.';
comment on column callbacks.promised_by is 'Until when the callback was promised: end of its window, else the wait that was told.';
comment on column callbacks.started_at is 'When the first attempt rang.';

-- Changes that touch place, reservation and presence together. Every one locks the place first, then the
-- reservation, then the presence, so that no two of them wait for each other in a circle; every one is
-- conditional, so that the second of two finds nothing to do.

-- The operator of a reservation that came to nothing is free again.
create function free_operator(who text, why text, rang_in_vain boolean) returns void
language sql as $$
  update presence set
      state = case when why = 'signed-out' then 'offline'
                   when next_state is not null then next_state
                   when rang_in_vain and (missed + 1) % 3 = 0 then 'break'
                   else 'available' end,
      reason = case when why = 'signed-out' then 'signed-out'
                    when next_state is null and rang_in_vain and (missed + 1) % 3 = 0 then 'missed' end,
      missed = case when rang_in_vain then missed + 1 else missed end,
      next_state = null,
      since = clock_timestamp()
    where login = who and state = 'reserved'
$$;

-- Ends a reservation without a talk. The place waits again as it was; the place of somebody on hold who
-- has hung up ends.
create function release_reservation(which uuid, why text) returns boolean
language plpgsql as $$
declare
  released reservations;
  at timestamptz;
begin
  perform from places where id = (select place_id from reservations where id = which) for update;
  at := clock_timestamp();
  update reservations set
      state = 'ended', outcome = why, ended_at = at,
      is_leg_over = leg_sid is null or why in ('no-answer', 'busy', 'leg-failed')
    where id = which and state in ('ringing', 'answered')
  returning * into released;
  if not found then return false; end if;
  update places set
      state = case when why = 'caller-left' and mode = 'hold' then 'ended' else 'waiting' end,
      result = case when why = 'caller-left' and mode = 'hold' then 'left' end,
      ended_at = case when why = 'caller-left' and mode = 'hold' then at end,
      changed_at = at
    where id = released.place_id and state = 'reserved';
  perform free_operator(released.login, why,
    why in ('no-answer', 'busy', 'leg-failed')
      or (why = 'lease-over' and released.answered_at is null and released.leg_sid is not null));
  return true;
end $$;

-- Takes a place out of its queue, for good with `how`, or with null only out of the line. Null when it
-- is talking or has ended; else whether an operator was being rung, and the leg to be cut.
create function leave_queue(which uuid, how text, for_now text, out has_left boolean, out leg text)
language plpgsql as $$
declare
  at timestamptz;
  freed text;
begin
  perform from places where id = which and state in ('waiting', 'reserved') for update;
  if not found then has_left := false; return; end if;
  at := clock_timestamp();
  update places set
      state = case when how is null then 'waiting' else 'ended' end,
      result = how,
      ended_at = case when how is not null then at end,
      left_as = case when how is null then for_now else left_as end,
      changed_at = at
    where id = which;
  update reservations set
      state = 'ended', outcome = 'caller-left', ended_at = at, is_leg_over = leg_sid is null
    where place_id = which and state <> 'ended'
  returning login, leg_sid into freed, leg;
  if found then perform free_operator(freed, 'caller-left', false); end if;
  has_left := true;
end $$;

create function bridge_reservation(which uuid, with_call text, in_conference text) returns boolean
language plpgsql as $$
declare
  bridged reservations;
  at timestamptz;
begin
  perform from places where id = (select place_id from reservations where id = which) for update;
  at := clock_timestamp();
  update reservations set state = 'bridged', answered_at = coalesce(answered_at, at), bridged_at = at
    where id = which and state in ('ringing', 'answered')
  returning * into bridged;
  if not found then return false; end if;
  update places set state = 'talking', bridged_at = coalesce(bridged_at, at), changed_at = at
    where id = bridged.place_id and state = 'reserved';
  update presence set state = 'talking', since = at, reason = null, missed = 0
    where login = bridged.login and state = 'reserved';
  insert into talks (place_id, reservation_id, call_sid, login, conference, started_at)
  select p.id, which, coalesce(with_call, p.call_sid, ''), bridged.login,
         coalesce(in_conference, p.call_sid, p.id::text), at
    from places p where p.id = bridged.place_id;
  return true;
end $$;

create function finish_reservation(which uuid, wrap_up_seconds integer) returns boolean
language plpgsql as $$
declare
  finished reservations;
  at timestamptz;
begin
  perform from places where id = (select place_id from reservations where id = which) for update;
  at := clock_timestamp();
  update reservations set state = 'ended', outcome = 'served', ended_at = at, is_leg_over = true
    where id = which and state = 'bridged'
  returning * into finished;
  if not found then return false; end if;
  update places set state = 'ended', result = 'served', ended_at = at, changed_at = at
    where id = finished.place_id and state = 'talking';
  update talks set
      ended_at = at,
      held_seconds = held_seconds + coalesce(extract(epoch from at - held_since)::int, 0),
      held_since = null
    where reservation_id = which and ended_at is null;
  update presence set
      state = case when wrap_up_seconds > 0 then 'wrap-up' else coalesce(next_state, 'available') end,
      wrap_up_until = case when wrap_up_seconds > 0 then at + make_interval(secs => wrap_up_seconds) end,
      next_state = case when wrap_up_seconds > 0 then next_state end,
      reason = null, since = at
    where login = finished.login and state = 'talking';
  return true;
end $$;

-- Ends the writing up of one operator, or of all whose time for it is over; how many.
create function end_wrap_ups(who text) returns integer
language sql as $$
  with over as (
    select login from presence
     where state = 'wrap-up' and case when who is null then wrap_up_until <= clock_timestamp()
                                      else login = who end
       for update skip locked
  ), written as (
    update talks set written_up_at = clock_timestamp()
     where id in (
       select t.id from talks t join over o on o.login = t.login
        where t.written_up_at is null and t.ended_at > clock_timestamp() - interval '1 day'
          for update of t skip locked)
  ), freed as (
    update presence p set
        state = coalesce(p.next_state, 'available'), next_state = null, wrap_up_until = null,
        reason = null, since = clock_timestamp()
      from over o where p.login = o.login
    returning p.login
  )
  select count(*)::int from freed
$$;

-- Gives back what is past its lease; how many reservations.
create function sweep_leases() returns integer
language plpgsql as $$
declare
  each uuid;
  swept integer := 0;
begin
  for each in
    select r.id from reservations r join places p on p.id = r.place_id
     where r.state in ('ringing', 'answered') and r.lease_until < clock_timestamp()
     order by r.lease_until
     limit 500
       for update of p skip locked
  loop
    if release_reservation(each, 'lease-over') then swept := swept + 1; end if;
  end loop;
  return swept;
end $$;
