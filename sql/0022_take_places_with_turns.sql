-- A place is taken together with the turn that asks for it, in the statement that commits the turns of many calls.
-- Nearly always it can be told before how such a turn ends: the caller has no place, somebody serves the queue, it is
-- not full. Where any of that is not so the turn is `refused` and leaves nothing behind: whoever asked takes it again
-- in a transaction of its own, which knows all the other ways.
--
-- Ids of places tell when they were made, so one that is not of this moment by this clock is refused as well.
--
-- The rest is as in 0005: all that the turns and status callbacks of many calls write, in one round trip and one commit.
--
-- Columns of texts come joined (text-columns.ts), rows that are rare as JSON, null when there are none.
-- A call moves from turn n - 1 to n; whoever comes second finds it moved and is `stale`. `over` names
-- the calls of this batch whose end the carrier has told.
--
-- Status callbacks may come before their call, and both may be committed by two nodes at once: a lock
-- on the call makes one of them see the other.
create function commit_turns(
  turn_calls text, turn_numbers integer[], turn_times text, turn_answers text, turn_twimls text,
  turn_sessions text, turn_events text,
  opened json, changed json, reported json, shared json, wished json,
  out stale text[], out over text[], out refused text[]
) language plpgsql
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
as $$
declare
  calls_here text[] := (string_to_array(turn_calls, chr(31), chr(30)))[2:];
  early text[];
begin
  refused := '{}';
  if wished is not null then
    with wanted as (
      select n.*, row_number() over (partition by n.queue order by n.id) as nth
        from json_to_recordset(wished)
          as n (id uuid, call_sid text, queue text, language text, skills text[], most integer)
    ), lines as (
      select w.queue, (
        select count(*) from (
          select from places p
           where p.queue = w.queue and p.mode = 'hold' and p.state in ('waiting', 'reserved')
             and p.left_as is null
           limit w.most) n) as people
        from (select queue, max(most) as most from wanted group by queue) w
    ), staff as (
      select w.language, w.skills, exists (
        select from presence s join operators o on o.login = s.login
         where s.state <> 'offline' and not o.is_disabled
           and w.language = any (o.languages) and o.skills @> w.skills) as is_there
        from (select distinct language, skills from wanted) w
    )
    select coalesce(array_agg(w.call_sid), '{}') into refused
      from wanted w
      join lines l on l.queue = w.queue
      join staff s on s.language = w.language and s.skills = w.skills
     where l.people + w.nth > w.most
        or not s.is_there
        or exists (
          select from places p
           where p.call_sid = w.call_sid and p.mode = 'hold' and p.state <> 'ended')
        or exists (
          select from callbacks c where c.leg_sid = w.call_sid and c.state = 'answered')
        or uuid_extract_timestamp(w.id) is null
        or uuid_extract_timestamp(w.id)
             not between clock_timestamp() - interval '5 seconds' and clock_timestamp() + interval '1 second';
  end if;

  if shared is not null then
    insert into answers (hash, twiml)
    select n.hash, n.twiml
      from json_to_recordset(shared) as n (hash uuid, twiml text)
     order by n.hash
    on conflict do nothing;
  end if;

  if opened is not null then
    perform pg_advisory_xact_lock(hashtextextended(n.call_sid, 1))
       from (select c.call_sid from unnest(calls_here, turn_numbers) as c (call_sid, turn)
              where c.turn = 0 order by 1) n;
    with fresh as (
      select * from json_to_recordset(opened)
        as n (call_sid text, started_at timestamptz, direction text, from_number text,
              to_number text, line text, language text, caller_country text, flow_document text,
              flow_version text, constants text)
       where n.call_sid <> all (refused)
    ), made as (
      insert into sessions (call_sid, started_at, turn, constants, flow_version)
      select f.call_sid, f.started_at, -1, f.constants, f.flow_version from fresh f
      on conflict (call_sid) do nothing
      returning call_sid
    )
    insert into calls (call_sid, started_at, direction, from_number, to_number, line, language,
                       caller_country, flow_document, flow_version, answered_at)
    select f.call_sid, f.started_at, f.direction, f.from_number, f.to_number, f.line, f.language,
           f.caller_country, f.flow_document, f.flow_version,
           case f.direction when 'inbound' then f.started_at end
      from fresh f join made m on m.call_sid = f.call_sid;
  end if;

  if turn_calls <> '' then
    with batch as (
      select * from unnest(calls_here, turn_numbers,
                           (string_to_array(turn_times, chr(31), chr(30)))[2:]::timestamptz[],
                           (string_to_array(turn_answers, chr(31), chr(30)))[2:]::uuid[],
                           (string_to_array(turn_twimls, chr(31), chr(30)))[2:],
                           (string_to_array(turn_sessions, chr(31), chr(30)))[2:],
                           (string_to_array(turn_events, chr(31), chr(30)))[2:])
        as b (call_sid, turn, at, answer, twiml, session, events)
       where b.call_sid <> all (refused)
    ), moved as (
      update sessions s set turn = b.turn, session = b.session
        from batch b where s.call_sid = b.call_sid and s.turn = b.turn - 1
      returning s.call_sid, s.started_at, b.turn, b.at, b.answer, b.twiml, b.events
    ), ledger as (
      insert into turns (call_sid, started_at, turn, at, answer, twiml, events)
      select m.call_sid, m.started_at, m.turn, m.at, m.answer, m.twiml, m.events::json from moved m
    )
    select array_agg(b.call_sid) filter (where m.call_sid is null) into stale
      from batch b left join moved m on m.call_sid = b.call_sid;
  end if;

  if wished is not null then
    insert into places
      (id, call_sid, phone, queue, topic, language, skills, priority, tier, business_number,
       preferred_operator, since, rank_at, mode)
    select n.id, n.call_sid, n.phone, n.queue, n.topic, n.language, n.skills, n.priority, n.tier,
           n.business_number, n.preferred_operator, b.since,
           b.since - make_interval(secs => greatest(-600, least(600, n.priority * 30))), 'hold'
      from json_to_recordset(wished)
        as n (id uuid, call_sid text, phone text, queue text, topic text, language text,
              skills text[], priority integer, tier smallint, business_number text,
              preferred_operator text, since timestamptz)
     cross join lateral (
       select least(clock_timestamp(), n.since, (
         select p.since from places p
          where p.phone = n.phone and n.phone like '+%' and p.queue = n.queue and p.mode = 'callback'
            and p.state <> 'ended'
            and (p.window_from is null or p.window_from <= clock_timestamp()))) as since) b
     where n.call_sid <> all (refused) and n.call_sid <> all (coalesce(stale, '{}'));
  end if;

  if changed is not null then
    update calls c set
        language = coalesce(n.language, c.language),
        outcome = coalesce(n.outcome, c.outcome),
        topic = coalesce(n.topic, c.topic),
        queue = coalesce(n.queue, c.queue),
        case_number = coalesce(n.case_number, c.case_number),
        callback_ticket = coalesce(n.callback_ticket, c.callback_ticket),
        ended_at = least(c.ended_at, n.ended_at)
      from json_to_recordset(changed)
             as n (call_sid text, language text, outcome text, topic text, queue text,
                   case_number text, callback_ticket text, ended_at timestamptz)
      join sessions s on s.call_sid = n.call_sid
     where c.call_sid = s.call_sid and c.started_at = s.started_at
       and n.call_sid <> all (coalesce(stale, '{}')) and n.call_sid <> all (refused);
  end if;

  -- A row of the call log is what all its callbacks say, whatever the order of arrival: the furthest
  -- status, the earliest answer, the earliest end. The carrier's clock has whole seconds: nothing
  -- comes before the start of its call.
  if reported is not null then
    with told as (
      select * from json_to_recordset(reported)
        as n (call_sid text, call_status text, sequence_number integer, happened_at timestamptz,
              received_at timestamptz, duration_seconds integer)
    ), kept as (
      insert into status_callbacks
        (call_sid, call_status, sequence_number, happened_at, received_at, duration_seconds)
      select t.call_sid, t.call_status, t.sequence_number, t.happened_at, t.received_at,
             t.duration_seconds
        from told t
       order by t.call_sid
      on conflict do nothing
    ), known as (
      select t.call_sid, s.started_at, t.call_status,
             greatest(coalesce(t.happened_at, t.received_at), s.started_at) as at
        from told t left join sessions s on s.call_sid = t.call_sid
    ), folded as (
      update calls c set
          carrier_status = greatest(c.carrier_status, f.status),
          answered_at = least(c.answered_at, f.answered_at),
          ended_at = least(c.ended_at, f.ended_at)
        from (
          select k.call_sid, k.started_at, max(k.call_status::carrier_status) as status,
                 min(k.at) filter (where k.call_status = 'in-progress') as answered_at,
                 min(k.at) filter (where k.call_status::carrier_status >= 'canceled') as ended_at
            from known k
           where k.started_at is not null
             and k.call_status = any (enum_range(null::carrier_status)::text[])
           group by k.call_sid, k.started_at
        ) f
       where c.call_sid = f.call_sid and c.started_at = f.started_at
      returning c.call_sid, c.ended_at
    )
    select (select array_agg(f.call_sid) from folded f where f.ended_at is not null),
           (select array_agg(distinct k.call_sid order by k.call_sid) from known k
             where k.started_at is null)
      into over, early;
    perform pg_advisory_xact_lock(hashtextextended(n.call_sid, 1)) from unnest(early) as n (call_sid);
  end if;

  if opened is not null then
    early := early || array(
      select c.call_sid from unnest(calls_here, turn_numbers) as c (call_sid, turn)
       where c.turn = 0 and c.call_sid <> all (refused)
         and exists (select from status_callbacks b where b.call_sid = c.call_sid));
  end if;

  if cardinality(early) > 0 then
    with folded as (
      update calls c set
          carrier_status = greatest(c.carrier_status, f.status),
          answered_at = least(c.answered_at, f.answered_at),
          ended_at = least(c.ended_at, f.ended_at)
        from (
          select s.call_sid, s.started_at, max(b.call_status::carrier_status) as status,
                 min(k.at) filter (where b.call_status = 'in-progress') as answered_at,
                 min(k.at) filter (where b.call_status::carrier_status >= 'canceled') as ended_at
            from sessions s
            join status_callbacks b on b.call_sid = s.call_sid
                 and b.call_status = any (enum_range(null::carrier_status)::text[])
           cross join lateral (
             select greatest(coalesce(b.happened_at, b.received_at), s.started_at) as at) k
           where s.call_sid = any (early)
           group by s.call_sid, s.started_at
        ) f
       where c.call_sid = f.call_sid and c.started_at = f.started_at
      returning c.call_sid, c.ended_at
    )
    select over || array_agg(f.call_sid) into over from folded f where f.ended_at is not null;
  end if;
end $$;

-- For nodes that have not been replaced yet.
create or replace function commit_turns(
  turn_calls text, turn_numbers integer[], turn_times text, turn_answers text, turn_twimls text,
  turn_sessions text, turn_events text,
  opened json, changed json, reported json, shared json,
  out stale text[], out over text[]
) language sql as $$
  select stale, over
    from commit_turns(turn_calls, turn_numbers, turn_times, turn_answers, turn_twimls,
                      turn_sessions, turn_events, opened, changed, reported, shared, null)
$$;
