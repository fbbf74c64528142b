-- The dates of a row that cannot be trusted are looked for here. That is seldom, and a search
-- would plan for it each time; this is planned by whoever first comes to it.
CREATE FUNCTION placements_has_dates(
    wanted uuid, today date, first_day date, last_day date
) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM placements_slot AS slot
        WHERE slot.placement_id = wanted
          AND slot.state = 'open'
          AND slot.starts_on > today
          AND slot.closes_on >= today
          AND slot.taken < slot.places
          AND slot.ends_on >= coalesce(first_day, '-infinity')
          AND slot.starts_on <= coalesce(last_day, 'infinity')
    );
END
$$;

-- How a count is told: the number of its group and its value, as a search sends them.
ALTER TABLE placements_searchbits ADD COLUMN told bytea NOT NULL GENERATED ALWAYS AS (
    int2send(coalesce(array_position(
        ARRAY['sector', 'mode', 'kind', 'year_group', 'adjustments', 'badge'], kind::text
    ), 0)::smallint) || int4send(value)
) STORED;
