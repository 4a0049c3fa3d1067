-- An order that the carrier does not take is nobody's miss: the operator stays free, and may be asked for the
-- same place as soon as the carrier is back. One that it never will take is not tried again: the operator goes
-- on a break and learns why.
alter table reservations drop constraint reservations_outcome_check;
alter table reservations add constraint reservations_outcome_check check (outcome in (
  'served', 'no-answer', 'declined', 'busy', 'caller-left', 'leg-failed', 'lease-over',
  'signed-out', 'transferred', 'carrier-away', 'bad-contact'
));

create or replace function free_operator(who text, why text, rang_in_vain boolean) returns void
language sql as $$
  update presence set
      state = case when why = 'signed-out' then 'offline'
                   when next_state is not null then next_state
                   when why = 'bad-contact' then 'break'
                   when rang_in_vain and (missed + 1) % 3 = 0 then 'break'
                   else 'available' end,
      reason = case when why in ('signed-out', 'bad-contact') then why
                    when next_state is null and rang_in_vain and (missed + 1) % 3 = 0 then 'missed' end,
      missed = case when rang_in_vain then missed + 1 else missed end,
      next_state = null,
      since = clock_timestamp()
    where login = who and state = 'reserved'
$$;
comment on column presence.reason is 'Why the system decided: `missed`, `bad-contact` (the carrier rings no such address), `gone`, `signed-out`; null when the operator did.';
