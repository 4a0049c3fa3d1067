create table flow_activations (
  number integer primary key check (number > 0),
  version text not null references flow_versions (hash),
  activated_at timestamptz not null,
  origin text not null check (origin in ('start', 'sighup', 'api', 'rollback')),
  activated_by text not null
);
create index flow_activations_by_version on flow_activations (version, number);
comment on table flow_activations is 'Which version of the flow folder new calls run on, on every node: that of the greatest number. The rows before it are the history.';
comment on column flow_activations.number is 'From 1 without gaps: given out under an advisory lock.';
comment on column flow_activations.origin is 'How it came: the start of a node, the signal SIGHUP to a node, the API from a folder, the API from the versions stored.';
comment on column flow_activations.activated_by is 'Name of the node, or role of the person.';

insert into flow_activations (number, version, activated_at, origin, activated_by)
  select row_number() over (order by activated_at, hash), hash, activated_at, 'start', 'unknown'
    from flow_versions
   where activated_at is not null;

alter table flow_versions
  drop column activated_at,
  add column lines integer check (lines >= 0);
comment on column flow_versions.lines is 'Telephone lines of the version; null where it was stored before this was counted.';
create index flow_versions_by_creation on flow_versions (created_at, hash);

create table flow_folders (
  node text primary key,
  version text not null references flow_versions (hash),
  read_at timestamptz not null
);
comment on table flow_folders is 'What the flow folder of each node held when it was last used. A start with the same content again changes nothing; another content is a deployment.';
comment on column flow_folders.node is 'Name of the machine.';

create table notices (
  id uuid primary key,
  kind text not null check (kind in ('incident', 'planned-work')),
  texts jsonb not null,
  recordings jsonb not null,
  lines text[] check (cardinality(lines) > 0),
  starts_at timestamptz not null,
  ends_at timestamptz check (ends_at > starts_at),
  ended_at timestamptz,
  created_at timestamptz not null,
  created_by text not null
);
create index notices_by_creation on notices (created_at, id);
create index notices_to_come on notices (starts_at) where ended_at is null;
comment on table notices is 'What callers hear before the menu: incidents and planned work.';
comment on column notices.texts is 'Object: language (BCP 47) to what is said.';
comment on column notices.recordings is 'Object: language to a recording of the flow folder, which is played in place of the text.';
comment on column notices.lines is 'Numbers of the lines it is heard on, E.164; null = all.';
comment on column notices.ends_at is 'When it ends by itself; null = when somebody ends it.';
comment on column notices.ended_at is 'When somebody ended it.';
comment on column notices.created_by is 'Role of the person.';
