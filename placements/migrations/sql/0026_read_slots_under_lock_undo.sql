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
