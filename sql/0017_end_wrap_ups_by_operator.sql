-- Looks for talks only of those whose writing up is over, by their own index: as a condition of the update the
-- same was asked anew for every talk there ever was.
create or replace function end_wrap_ups(who text) returns integer
language sql as $$
  with over as materialized (
    select login from presence
     where state = 'wrap-up' and case when who is null then wrap_up_until <= clock_timestamp()
                                      else login = who end
       for update skip locked
  ), unwritten as materialized (
    select t.id
      from over o
      cross join lateral (
        select id from talks
         where login = o.login and written_up_at is null
           and started_at > clock_timestamp() - interval '2 days'
           and ended_at > clock_timestamp() - interval '1 day'
           for update skip locked
      ) t
  ), written as (
    update talks t set written_up_at = clock_timestamp() from unwritten u where t.id = u.id
  ), freed as (
    update presence p set
        state = coalesce(p.next_state, 'available'), next_state = null, wrap_up_until = null,
        reason = null, since = clock_timestamp()
      from over o where p.login = o.login
    returning p.login
  )
  select count(*)::int from freed
$$;
