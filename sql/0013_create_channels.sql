create table channels (
  id uuid primary key default gen_random_uuid(),
  call_sid text not null unique,
  phone text not null,
  line text not null,
  opened_at timestamptz not null default clock_timestamp(),
  closed_at timestamptz,
  is_chat_open boolean not null default false,
  operator text references operators,
  last_sequence integer not null default 0 check (last_sequence >= 0),
  location jsonb,
  location_sequence integer,
  check (num_nulls(location, location_sequence) in (0, 2)),
  check (closed_at is null or operator is null)
);
create index channels_by_phone on channels (phone, opened_at desc);
create index channels_open on channels (call_sid) where closed_at is null;
comment on table channels is 'What goes on beside the voice of a call on an integrated number. Opened by the start of the call''s stream, closed with the call, then read-only.';
comment on column channels.phone is 'The caller, E.164. Personal data.';
comment on column channels.line is 'Number of the line, E.164.';
comment on column channels.operator is 'Who talks to the caller, as told last; `talks` knows it first.';
comment on column channels.last_sequence is 'Number of the last event. Its row is locked by whatever adds one, so that there are neither gaps nor duplicates.';
comment on column channels.location is 'Where the caller is, as long as the caller shares it; nowhere else are coordinates kept. Personal data.';
comment on column channels.location_sequence is 'Event that told it.';

create table channel_events (
  channel_id uuid not null references channels on delete cascade,
  sequence integer not null check (sequence > 0),
  at timestamptz not null,
  type text not null check (type in (
    'message', 'photo', 'chat', 'photo-asked', 'operator', 'trusted', 'mark', 'location', 'over'
  )),
  author_key text,
  client_id text,
  data jsonb not null default '{}',
  primary key (channel_id, sequence)
);
create unique index channel_events_by_client_id on channel_events (channel_id, author_key, client_id)
  where client_id is not null;
comment on table channel_events is 'All that happened in a channel, numbered from 1 without gaps. `over` is the last.';
comment on column channel_events.author_key is '`caller`, `operator:LOGIN` or `trusted:ID`; null for what nobody did.';
comment on column channel_events.client_id is 'Given by the client: the same again has no effect, whatever it says. Of `trusted` what became of the person.';
comment on column channel_events.data is 'What belongs to the type. Personal data.';

create table channel_marks (
  channel_id uuid not null references channels on delete cascade,
  person_key text not null,
  delivered integer not null,
  seen integer not null,
  primary key (channel_id, person_key),
  check (0 <= seen and seen <= delivered)
);
comment on table channel_marks is 'Up to which events a participant has a channel, and has seen it.';

create unlogged table channel_watchers (
  channel_id uuid not null,
  person_key text not null,
  node uuid not null,
  until timestamptz not null,
  primary key (channel_id, person_key, node)
);
create index channel_watchers_by_node on channel_watchers (node);
create index channel_watchers_by_time on channel_watchers (until);
comment on table channel_watchers is 'Who has a channel open in a page, by the node that serves the page. A node that died is forgotten with its leases.';

create table channel_disclosures (
  channel_id uuid not null references channels on delete cascade,
  login text not null,
  what text not null check (what in ('profile', 'messages', 'location')),
  at timestamptz not null default clock_timestamp(),
  primary key (channel_id, login, what)
);
comment on table channel_disclosures is 'What of a channel an operator has been shown: each stands in the journal once.';

-- The functions below expect the row of the channel to be locked by this transaction, except those that
-- say that they lock it. Everything that adds an event locks it first, so what they read after that is
-- in the order of the numbers.

create function add_channel_event(
  which uuid, kind text, author text, client text, content jsonb, out sequence integer
) language plpgsql as $$
begin
  update channels set last_sequence = last_sequence + 1 where id = which
    returning last_sequence into sequence;
  insert into channel_events (channel_id, sequence, at, type, author_key, client_id, data)
  values (which, sequence, clock_timestamp(), kind, author, client, content);
end $$;

-- Notes what others have changed: who talks to the caller, who was told of the call, who is trusted no
-- longer. So whatever they write next stands after it.
create function catch_up_channel(which uuid) returns boolean
language plpgsql as $$
declare
  channel channels;
  talker text;
  person record;
  has_changed boolean := false;
begin
  select * into channel from channels where id = which;
  if channel.closed_at is not null then return false; end if;
  select t.login into talker from talks t
   where t.call_sid = channel.call_sid and t.ended_at is null
   order by t.started_at, t.id limit 1;
  if talker is distinct from channel.operator then
    update channels set operator = talker where id = which;
    perform add_channel_event(which, 'operator', null, null, jsonb_build_object('operator', talker));
    has_changed := true;
  end if;
  for person in
    select 'trusted:' || p.id as key,
           case when p.state = 'confirmed' then 'invited' else 'removed' end as becomes
      from guest_links l join trusted_persons p on p.id = l.person_id
     where l.channel_id = which
       and not exists (
         select from channel_events e
          where e.channel_id = which and e.author_key = 'trusted:' || p.id
            and e.client_id = case when p.state = 'confirmed' then 'invited' else 'removed' end)
     order by l.made_at, p.id
  loop
    perform add_channel_event(which, 'trusted', person.key, person.becomes,
                              jsonb_build_object('is', person.becomes));
    has_changed := true;
  end loop;
  return has_changed;
end $$;

-- What decides what somebody may do.
create function channel_facts(which uuid, person text) returns jsonb
language sql stable as $$
  select jsonb_build_object(
    'isLive', c.closed_at is null,
    'isChatOpen', c.is_chat_open,
    'phone', c.phone,
    'operator', c.operator,
    'trust', (
      select jsonb_build_object(
               'isToldPlace', p.is_told_place, 'mayRead', p.may_read, 'mayWrite', p.may_write,
               'isChatShared', k.is_chat_shared)
        from trusted_persons p join callers k on k.phone = p.caller_phone
       where person = 'trusted:' || p.id and p.caller_phone = c.phone and p.state = 'confirmed'))
    from channels c where c.id = which
$$;

-- Adds what somebody says or does, if the facts are still those by which it was found to be allowed; else
-- tells the facts as they are. What came with the same identifier before stands. Locks the channel.
create function write_to_channel(
  which uuid, person text, expected jsonb, kind text, client text, content jsonb,
  out facts jsonb, out sequence integer, out is_again boolean
) language plpgsql as $$
declare
  told jsonb := content;
begin
  is_again := false;
  perform from channels where id = which for update;
  if not found then return; end if;
  select e.sequence into sequence from channel_events e
   where e.channel_id = which and e.author_key = person and e.client_id = client;
  is_again := found;
  if not is_again then perform catch_up_channel(which); end if;
  facts := channel_facts(which, person);
  if is_again or facts is distinct from expected then return; end if;
  if kind = 'location' then
    told := jsonb_build_object('isShared', content -> 'location' <> 'null');
  end if;
  sequence := add_channel_event(which, kind, person, client, told);
  if kind = 'chat' then
    update channels set is_chat_open = (content ->> 'isOpen')::boolean where id = which;
  elsif kind = 'location' then
    update channels set
        location = case when (told ->> 'isShared')::boolean then
          content -> 'location' || jsonb_build_object('at', clock_timestamp()) end,
        location_sequence = case when (told ->> 'isShared')::boolean then write_to_channel.sequence end
      where id = which;
  end if;
end $$;

-- Moves the marks of somebody forward; they never go back. It is an event only where it tells something of
-- what others have said, and as long as the call lasts. Locks the channel.
create function mark_channel(
  which uuid, person text, expected jsonb, has_delivered integer, has_seen integer,
  out facts jsonb, out sequence integer
) language plpgsql as $$
declare
  last integer;
  is_open boolean;
  before record;
  now_delivered integer;
  now_seen integer;
begin
  select c.last_sequence, c.closed_at is null into last, is_open
    from channels c where c.id = which for update;
  if not found then return; end if;
  perform catch_up_channel(which);
  facts := channel_facts(which, person);
  if facts is distinct from expected then return; end if;
  select coalesce(max(delivered), 0) as delivered, coalesce(max(seen), 0) as seen into before
    from channel_marks where channel_id = which and person_key = person;
  now_seen := greatest(before.seen, least(has_seen, last));
  now_delivered := greatest(before.delivered, least(has_delivered, last), now_seen);
  if now_seen = before.seen and now_delivered = before.delivered then return; end if;
  insert into channel_marks (channel_id, person_key, delivered, seen)
  values (which, person, now_delivered, now_seen)
  on conflict (channel_id, person_key)
    do update set delivered = excluded.delivered, seen = excluded.seen;
  if is_open and exists (
    select from channel_events e
     where e.channel_id = which and e.type in ('message', 'photo') and e.author_key <> person
       and (e.sequence > before.seen and e.sequence <= now_seen
            or e.sequence > before.delivered and e.sequence <= now_delivered)
  ) then
    sequence := add_channel_event(which, 'mark', person, null,
      jsonb_build_object('delivered', now_delivered, 'seen', now_seen));
  end if;
end $$;

-- A trusted person has opened the link. Locks the channel.
create function join_channel(which uuid, person text) returns boolean
language plpgsql as $$
begin
  perform from channels where id = which and closed_at is null for update;
  if not found then return false; end if;
  perform from channel_events
    where channel_id = which and author_key = person and client_id = 'joined';
  if found then return false; end if;
  perform catch_up_channel(which);
  perform add_channel_event(which, 'trusted', person, 'joined', '{"is": "joined"}');
  return true;
end $$;

-- Ends the channel of a call, with what was shared only while it lasts; null when there is none open. Locks it.
create function close_channel(call text) returns uuid
language plpgsql as $$
declare
  which uuid;
begin
  select id into which from channels where call_sid = call and closed_at is null for update;
  if not found then return null; end if;
  perform catch_up_channel(which);
  if (select operator is not null from channels where id = which) then
    perform add_channel_event(which, 'operator', null, null, '{"operator": null}');
  end if;
  if (select location ->> 'isFollowed' = 'true' from channels where id = which) then
    perform add_channel_event(which, 'location', 'caller', null, '{"isShared": false}');
    update channels set location = null, location_sequence = null where id = which;
  end if;
  perform add_channel_event(which, 'over', null, null, '{}');
  update channels set closed_at = clock_timestamp(), operator = null where id = which;
  return which;
end $$;
