create table flow_files (
  hash text primary key check (hash ~ '^[0-9a-f]{64}$'),
  content bytea not null
);
comment on table flow_files is 'Files of flow folders by content. A file that several versions share is stored once.';
comment on column flow_files.hash is 'SHA-256 of the content, lower-case hexadecimal.';

create table flow_versions (
  hash text primary key,
  manifest jsonb not null,
  created_at timestamptz not null default now(),
  activated_at timestamptz
);
comment on table flow_versions is 'Versions of the flow folder that calls have run on.';
comment on column flow_versions.manifest is 'Object: path relative to the flow folder to hash of the file.';
comment on column flow_versions.activated_at is 'When new calls began to run on it, last time; null = never.';
