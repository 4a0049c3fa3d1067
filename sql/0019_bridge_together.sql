-- Talks begin and end for many at once. As before each of them locks the place first, then the reservation, then
-- the presence; of several places the older first. Answered is which of the lists it was done for, from 1.

create function bridge_reservations(which uuid[], with_calls text[], in_conferences text[])
returns setof bigint
language plpgsql as $$
declare
  at timestamptz;
begin
  perform from places
    where id in (select r.place_id from reservations r where r.id = any (which))
    order by id for update;
  at := clock_timestamp();
  return query
  with wanted as (
    select * from unnest(which, with_calls, in_conferences) with ordinality
               as w (id, call_sid, conference, nr)
  ), bridged as (
    update reservations r
       set state = 'bridged', answered_at = coalesce(r.answered_at, at), bridged_at = at
      from wanted w
     where r.id = w.id and r.state in ('ringing', 'answered')
    returning r.id, r.place_id, r.login, w.call_sid, w.conference, w.nr
  ), talking as (
    update places p
       set state = 'talking', bridged_at = coalesce(p.bridged_at, at), changed_at = at
      from bridged b where p.id = b.place_id and p.state = 'reserved'
  ), busy as (
    update presence s set state = 'talking', since = at, reason = null, missed = 0
      from bridged b where s.login = b.login and s.state = 'reserved'
  ), begun as (
    insert into talks (place_id, reservation_id, call_sid, login, conference, started_at)
    select p.id, b.id, coalesce(b.call_sid, p.call_sid, ''), b.login,
           coalesce(b.conference, p.call_sid, p.id::text), at
      from bridged b join places p on p.id = b.place_id
    returning call_sid, place_id, login
  ), noted as (
    -- Not of somebody who is consulted: there the place is the asking operator's.
    update calls c set operator = t.login
      from begun t
      join places p on p.id = t.place_id and p.call_sid = t.call_sid
      join sessions s on s.call_sid = t.call_sid
     where c.call_sid = s.call_sid and c.started_at = s.started_at
  )
  select b.nr from bridged b;
end $$;

create or replace function bridge_reservation(which uuid, with_call text, in_conference text)
returns boolean
language sql as $$
  select exists (select from bridge_reservations(array[which], array[with_call], array[in_conference]))
$$;

create function finish_reservations(which uuid[], wrap_up_seconds integer[]) returns setof bigint
language plpgsql as $$
declare
  at timestamptz;
begin
  perform from places
    where id in (select r.place_id from reservations r where r.id = any (which))
    order by id for update;
  at := clock_timestamp();
  return query
  with wanted as (
    select * from unnest(which, wrap_up_seconds) with ordinality as w (id, seconds, nr)
  ), finished as (
    update reservations r
       set state = 'ended', outcome = 'served', ended_at = at, is_leg_over = true
      from wanted w where r.id = w.id and r.state = 'bridged'
    returning r.id, r.place_id, r.login, w.seconds, w.nr
  ), served as (
    update places p set state = 'ended', result = 'served', ended_at = at, changed_at = at
      from finished f where p.id = f.place_id and p.state = 'talking'
  ), over as (
    update talks t set
        ended_at = at,
        held_seconds = t.held_seconds + coalesce(extract(epoch from at - t.held_since)::int, 0),
        held_since = null
      from finished f where t.reservation_id = f.id and t.ended_at is null
  ), freed as (
    update presence s set
        state = case when f.seconds > 0 then 'wrap-up' else coalesce(s.next_state, 'available') end,
        wrap_up_until = case when f.seconds > 0 then at + make_interval(secs => f.seconds) end,
        next_state = case when f.seconds > 0 then s.next_state end,
        reason = null, since = at
      from finished f where s.login = f.login and s.state = 'talking'
  )
  select f.nr from finished f;
end $$;

create or replace function finish_reservation(which uuid, wrap_up_seconds integer) returns boolean
language sql as $$
  select exists (select from finish_reservations(array[which], array[wrap_up_seconds]))
$$;

-- What a call took later than its first place: by the key alone all that anybody took since was looked through.
create index places_by_call on places (call_sid, id) where call_sid is not null;

-- A reservation changes four times: each index costs as often. Leases are few enough to be looked through; of
-- somebody's day only what was missed is counted by it.
drop index reservations_by_lease;
drop index reservations_of_day;
create index reservations_missed on reservations (login, created_at) where outcome = 'no-answer';

-- What a turn writes is found by keys. A plan made while a partition was nearly empty would read all of it later.
alter function commit_turns set enable_seqscan = off;
alter function commit_turns set enable_hashjoin = off;
alter function commit_turns set enable_mergejoin = off;

-- Holds a call for a turn of its own transaction; whether it stands there. A call to be created has no row to lock:
-- its identifier is locked, by a statement of its own, so that the next one sees what another has made meanwhile.
create function claim_turn(which text, stands_at integer) returns boolean
language plpgsql as $$
declare
  at integer;
begin
  if stands_at < 0 then perform pg_advisory_xact_lock(hashtextextended(which, 1)); end if;
  select turn into at from sessions where call_sid = which for update;
  return coalesce(at, -1) = stands_at;
end $$;
