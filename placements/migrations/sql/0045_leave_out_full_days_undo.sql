-- As 0044 and 0029 had them.

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
        -- The largest that one group can be: all that is free, or what a place is for.
        max(coalesce(slot.largest_group, slot.places - slot.taken - slot.kept_back)) AS most_free,
        min(least(slot.closes_on + 1, slot.starts_on)) - DATE '1970-01-01' AS first_closing
    -- Asked once for a placement, not for each of its slots.
    FROM (SELECT marketplace_today() AS today, marketplace_horizon() AS horizon OFFSET 0) AS day
    JOIN placements_slot AS slot
        ON slot.placement_id = placement.id
        AND slot.state = 'open'
        AND slot.starts_on > day.today
        AND slot.closes_on >= day.today
        AND slot.taken + slot.kept_back < slot.places
) AS had ON true
WHERE placement.state = 'published'
  AND placement.suspended_at IS NULL
  AND provider.standing = 'good';

CREATE OR REPLACE FUNCTION placements_follow_slots() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched uuid[];
BEGIN
    IF placements_is_loading() THEN
        RETURN NULL;
    ELSIF TG_OP = 'INSERT' THEN
        SELECT array_agg(DISTINCT placement_id) INTO touched FROM slots_now;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(DISTINCT placement_id) INTO touched FROM slots_before;
    ELSE
        SELECT array_agg(DISTINCT after.placement_id) INTO touched
        FROM slots_before AS before JOIN slots_now AS after USING (id)
        WHERE (before.taken + before.kept_back >= before.places)
              IS DISTINCT FROM (after.taken + after.kept_back >= after.places)
           OR (after.places - after.taken - after.kept_back)
              > (before.places - before.taken - before.kept_back)
           OR (before.state, before.starts_on, before.ends_on, before.closes_on)
              IS DISTINCT FROM (after.state, after.starts_on, after.ends_on, after.closes_on)
           OR before.largest_group IS DISTINCT FROM after.largest_group;
    END IF;
    IF touched IS NOT NULL THEN
        PERFORM placements_keep_dates(touched);
    END IF;
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION placements_has_dates(
    wanted uuid, today date, first_day date, last_day date
) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM placements_slot AS slot
        WHERE slot.placement_id = wanted
          AND slot.state = 'open'
          AND slot.starts_on > today
          AND slot.closes_on >= today
          AND slot.taken + slot.kept_back < slot.places
          AND slot.ends_on >= coalesce(first_day, '-infinity')
          AND slot.starts_on <= coalesce(last_day, 'infinity')
    );
END
$$;

SELECT placements_keep_dates(array_agg(DISTINCT placement_id)) FROM placements_slot
WHERE shares_days AND state = 'open' AND ends_on >= marketplace_today();
