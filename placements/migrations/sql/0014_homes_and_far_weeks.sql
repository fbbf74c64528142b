-- Of somebody's home a row has only the square kilometre: nobody may find the door by asking.

-- A row with dates more than 63 weeks off could be trusted on no day, since two weeks then
-- share a bit, and its slots were looked at each time. Now those weeks have bits of their own,
-- and the row holds until the first of them comes near.

ALTER TABLE placements_searchrow ADD COLUMN far_weeks bigint NOT NULL DEFAULT 0;

-- The last day of the last week that has a bit to itself: with this week there are 64.
CREATE FUNCTION marketplace_horizon() RETURNS date LANGUAGE sql STABLE PARALLEL SAFE
RETURN DATE '1970-01-05' + 7 * (marketplace_week(marketplace_today()) + 64) - 1;

-- What every row should be, today. This is the only place that says so.
CREATE OR REPLACE VIEW placements_searchsource AS
SELECT
    placement.id AS placement_id,
    CASE WHEN placement.mode <> 'virtual' THEN workplace.shown_easting END AS easting,
    CASE WHEN placement.mode <> 'virtual' THEN workplace.shown_northing END AS northing,
    (
        1 << (array_position(ARRAY[
            'agriculture_environment_animals', 'business_administration', 'care_services',
            'catering_hospitality', 'construction', 'creative_design', 'digital',
            'education_early_years', 'engineering_manufacturing', 'hair_beauty',
            'health_science', 'legal_finance_accounting', 'protective_services',
            'sales_marketing_procurement', 'transport_logistics'
        ], placement.sector::text) - 1)
    ) | (
        1 << (array_position(
            ARRAY['in_person', 'hybrid', 'virtual'], placement.mode::text
        ) + 14)
    ) | (
        1 << (array_position(ARRAY[
            'talk', 'mentoring', 'visit', 'project', 'shadowing', 'short_placement',
            'week_placement', 'extended_placement', 't_level', 'supported'
        ], placement.kind::text) + 17)
    ) | CASE WHEN placement.self_paced AND placement.mode = 'virtual' THEN 1 << 28 ELSE 0 END
        AS traits,
    ((1 << (placement.year_to - 6)) - (1 << (placement.year_from - 7)))::smallint AS years,
    (
        SELECT coalesce(bit_or(1 << (array_position(ARRAY[
            'step_free', 'accessible_toilet', 'hearing_support', 'visual_support',
            'quiet_space', 'flexible_hours', 'extra_supervision', 'job_coach_welcome',
            'easy_read', 'visit_beforehand'
        ], offered::text) - 1)), 0)::smallint
        FROM unnest(placement.adjustments) AS offered
    ) AS adjustments,
    (
        SELECT coalesce(bit_or(1::bigint << badge.bit), 0)
        FROM placements_searchbadge AS badge
        WHERE badge.code = ANY (placement.badges)
    ) AS badges,
    coalesce(
        placement.days,
        CASE WHEN placement.kind IN ('talk', 'mentoring') THEN 0 ELSE 32767 END
    )::smallint AS days,
    (CASE WHEN placement.rating_count >= 3
        THEN coalesce(placement.rating_average, 0) * 100 ELSE 0 END)::smallint AS rating,
    coalesce(had.weeks, 0) AS weeks,
    coalesce(had.next_day, 2932896) AS next_day,
    coalesce(had.most_free, 0)::smallint AS most_free,
    (marketplace_today() - DATE '1970-01-01') AS as_of,
    coalesce(least(had.first_closing, had.far_until), 2932896) AS trusted_until,
    -- The score as it is shown, and then by how many.
    (-(coalesce(placement.rating_average, 0) * 100 * 100000
        + least(placement.rating_count, 99999)))::integer AS by_rating,
    (-extract(epoch FROM placement.published_at) * 1000000)::bigint AS by_age,
    ('x' || substr(md5(placement.id::text), 1, 8))::bit(32)::integer & 2147483647 AS turn,
    setweight(to_tsvector('marketplace_english', placement.title), 'A')
        || setweight(to_tsvector('marketplace_english', provider.name), 'B')
        || setweight(to_tsvector('marketplace_english', placement.summary), 'C')
        || setweight(to_tsvector('marketplace_english', concat_ws(' ',
            -- "Hospital" and "hospitality" have one stem, and mean two things.
            replace(replace(placement.sector, '_', ' '), 'hospitality', 'hotel'),
            replace(placement.kind, '_', ' '),
            placement.curriculum
        )), 'D') AS words,
    coalesce(had.far_weeks, 0) AS far_weeks
FROM placements_placement AS placement
JOIN accounts_organisation AS provider ON provider.id = placement.provider_id
LEFT JOIN accounts_workplace AS workplace ON workplace.id = placement.workplace_id
LEFT JOIN LATERAL (
    SELECT
        bit_or(marketplace_weeks(slot.starts_on, least(slot.ends_on, day.horizon)))
            FILTER (WHERE slot.starts_on <= day.horizon) AS weeks,
        bit_or(marketplace_weeks(greatest(slot.starts_on, day.horizon + 1), slot.ends_on))
            FILTER (WHERE slot.ends_on > day.horizon) AS far_weeks,
        -- The Monday on which the first of those weeks is no longer far.
        (min(marketplace_week(greatest(slot.starts_on, day.horizon + 1)))
            FILTER (WHERE slot.ends_on > day.horizon) - 63) * 7 + 4 AS far_until,
        min(slot.starts_on) - DATE '1970-01-01' AS next_day,
        max(slot.places - slot.taken) AS most_free,
        min(least(slot.closes_on + 1, slot.starts_on)) - DATE '1970-01-01' AS first_closing
    -- Asked once for a placement, not for each of its slots.
    FROM (SELECT marketplace_today() AS today, marketplace_horizon() AS horizon OFFSET 0) AS day
    JOIN placements_slot AS slot
        ON slot.placement_id = placement.id
        AND slot.state = 'open'
        AND slot.starts_on > day.today
        AND slot.closes_on >= day.today
        AND slot.taken < slot.places
) AS had ON true
WHERE placement.state = 'published'
  AND placement.suspended_at IS NULL
  AND provider.standing = 'good';

CREATE OR REPLACE FUNCTION placements_keep_searchrow(kept uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    -- The lock comes first and the reading after it, so that of two slots which fill at
    -- the same moment neither writes what was true before the other.
    PERFORM 1 FROM placements_searchrow WHERE placement_id = kept FOR NO KEY UPDATE;
    INSERT INTO placements_searchrow (
        placement_id, easting, northing, traits, years, adjustments, badges, days, rating,
        weeks, next_day, most_free, as_of, trusted_until, by_rating, by_age, turn, words, far_weeks
    )
    SELECT
        placement_id, easting, northing, traits, years, adjustments, badges, days, rating,
        weeks, next_day, most_free, as_of, trusted_until, by_rating, by_age, turn, words, far_weeks
    FROM placements_searchsource WHERE placement_id = kept
    ON CONFLICT (placement_id) DO UPDATE SET
        easting = excluded.easting, northing = excluded.northing, traits = excluded.traits,
        years = excluded.years, adjustments = excluded.adjustments, badges = excluded.badges,
        days = excluded.days, rating = excluded.rating, weeks = excluded.weeks,
        next_day = excluded.next_day, most_free = excluded.most_free, as_of = excluded.as_of,
        trusted_until = excluded.trusted_until, by_rating = excluded.by_rating,
        by_age = excluded.by_age, turn = excluded.turn, words = excluded.words,
        far_weeks = excluded.far_weeks;
    IF NOT FOUND THEN
        DELETE FROM placements_searchrow WHERE placement_id = kept;
    END IF;
END
$$;

-- The part that bookings change, without making anything of words again. Locks come first,
-- always in the same order, and the reading after them.
CREATE OR REPLACE FUNCTION placements_keep_dates(kept uuid[]) RETURNS void LANGUAGE plpgsql
-- Planning anew for each booking that fills a slot takes ten times what doing it does.
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    PERFORM 1 FROM placements_searchrow WHERE placement_id = ANY (kept)
    ORDER BY placement_id FOR NO KEY UPDATE;
    UPDATE placements_searchrow AS had SET
        weeks = source.weeks, next_day = source.next_day, most_free = source.most_free,
        as_of = source.as_of, trusted_until = source.trusted_until, far_weeks = source.far_weeks
    FROM placements_searchsource AS source
    WHERE source.placement_id = ANY (kept) AND had.placement_id = source.placement_id;
END
$$;

DROP TRIGGER search_follows_a_workplace ON accounts_workplace;
CREATE TRIGGER search_follows_a_workplace AFTER UPDATE ON accounts_workplace
    FOR EACH ROW WHEN (
        (OLD.shown_easting, OLD.shown_northing)
        IS DISTINCT FROM (NEW.shown_easting, NEW.shown_northing)
    )
    EXECUTE FUNCTION placements_follow_workplace();

-- The rows that were doubted, and those of homes.
SELECT placements_keep_dates(array_agg(placement_id)) FROM placements_searchrow WHERE trusted_until = 0;
SELECT placements_keep_searchrow(listed.id) FROM (
    SELECT placement.id FROM placements_placement AS placement
    JOIN accounts_workplace AS workplace ON workplace.id = placement.workplace_id
    WHERE placement.state = 'published' AND workplace.kind = 'private_home' ORDER BY placement.id
) AS listed;
