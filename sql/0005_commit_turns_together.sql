create table answers (
  hash uuid primary key,
  twiml text not null
);
comment on table answers is 'Answers made of the words of a flow alone, the same for every caller: each is kept once, turns name it.';
comment on column answers.hash is 'First half of the SHA-256 of the text.';

alter table turns
  alter column twiml drop not null,
  add column answer uuid,
  add column events json,
  add constraint turns_have_one_answer check (num_nonnulls(twiml, answer) = 1);
comment on table turns is 'Ledger of answers, and what happened in each turn: a delivery that comes again is answered with the same bytes. A partition a month of the call''s start.';
comment on column turns.twiml is 'Body of the answer as sent; null where `answer` names it.';
comment on column turns.answer is 'Hash of a shared answer. It is written before the turn and never deleted, so no key is checked at every turn.';
comment on column turns.events is 'Array of objects with at (ISO 8601), type and data, in the order they happened; null when nothing did.';

update turns t set events = e.events
  from call_events e
 where e.started_at = t.started_at and e.call_sid = t.call_sid and e.turn = t.turn;
drop table call_events;

alter table sessions
  drop constraint sessions_turn_check,
  add constraint sessions_turn_check check (turn >= -1),
  add column constants text;
comment on column sessions.turn is 'Last committed turn; 0 is the answer to the incoming call, -1 a call that is just being opened. A turn moves it from n - 1 to n or does nothing.';
comment on column sessions.session is 'What the next turn resumes from, JSON text as the engine wrote it; null once the flow has ended.';
comment on column sessions.constants is 'What of the session stays the same through the call, JSON text; null where all of it is in `session`.';

-- All that the turns and status callbacks of many calls write, in one round trip and one commit.
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
  opened json, changed json, reported json, shared json,
  out stale text[], out over text[]
) language plpgsql as $$
declare
  calls_here text[] := (string_to_array(turn_calls, chr(31), chr(30)))[2:];
  early text[];
begin
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
       and n.call_sid <> all (coalesce(stale, '{}'));
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
       where c.turn = 0
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
