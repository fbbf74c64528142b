-- What a search reads. Each published placement has one narrow row, which triggers keep in
-- step with its listing, its slots, its workplace and its provider, in the same transaction.

-- Words as schools type them: without their accents, and by their stem.
CREATE TEXT SEARCH CONFIGURATION marketplace_english (COPY = english);
ALTER TEXT SEARCH CONFIGURATION marketplace_english
    ALTER MAPPING FOR hword, hword_part, word WITH unaccent, english_stem;

CREATE SEQUENCE placements_searchrow_ordinal AS integer MINVALUE 0 START 0;

CREATE TABLE placements_searchrow (
    placement_id uuid PRIMARY KEY REFERENCES placements_placement ON DELETE CASCADE,
    ordinal integer NOT NULL UNIQUE DEFAULT nextval('placements_searchrow_ordinal'),
    easting integer,
    northing integer,
    traits integer NOT NULL,
    years smallint NOT NULL,
    adjustments smallint NOT NULL,
    badges bigint NOT NULL,
    days smallint NOT NULL,
    rating smallint NOT NULL,
    weeks bigint NOT NULL,
    next_day integer NOT NULL,
    most_free smallint NOT NULL,
    as_of integer NOT NULL,
    trusted_until integer NOT NULL,
    by_rating integer NOT NULL,
    by_age bigint NOT NULL,
    turn integer NOT NULL,
    words tsvector NOT NULL,
    CONSTRAINT a_search_row_lies_somewhere_or_nowhere
        CHECK ((easting IS NULL) = (northing IS NULL))
) WITH (fillfactor = 85);

ALTER SEQUENCE placements_searchrow_ordinal OWNED BY placements_searchrow.ordinal;

-- Near a place. `weeks`, `most_free` and the two days of trust change with each booking that
-- fills a slot: they are in no index, so that such a change stays on its page.
CREATE INDEX searchrow_by_place ON placements_searchrow
    USING gist (point(easting, northing)) WHERE easting IS NOT NULL;
CREATE INDEX searchrow_by_words ON placements_searchrow USING gin (words) WITH (fastupdate = off);
-- Nationwide a page is read in the order that was asked for.
CREATE INDEX searchrow_by_rating ON placements_searchrow (by_rating, placement_id);
CREATE INDEX searchrow_by_day ON placements_searchrow (next_day, placement_id);
CREATE INDEX searchrow_by_age ON placements_searchrow (by_age, placement_id);
CREATE INDEX searchrow_by_turn ON placements_searchrow (turn, placement_id);

CREATE TABLE placements_searchbadge (
    code varchar(40) PRIMARY KEY,
    bit smallint NOT NULL UNIQUE CHECK (bit BETWEEN 0 AND 62)
);

-- Counted anew every half minute, so nothing is lost with it: a crash leaves it empty.
CREATE UNLOGGED TABLE placements_searchbits (
    kind varchar(20) NOT NULL,
    value integer NOT NULL,
    bits bit varying NOT NULL,
    counted_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (kind, value)
);
ALTER TABLE placements_searchbits ALTER COLUMN bits SET STORAGE EXTERNAL;

-- The day that rules go by: the one that was told for this transaction, or England's.
CREATE FUNCTION marketplace_today() RETURNS date LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce(
    nullif(current_setting('marketplace.today', true), '')::date,
    (now() AT TIME ZONE 'Europe/London')::date
);

-- Weeks begin on Mondays; 1970-01-05 was one.
CREATE FUNCTION marketplace_week(day date) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN (day - DATE '1970-01-05') / 7;

-- So many ones from bit `first` on, and round the corner: 60, 5 sets bits 60 to 63 and 0.
CREATE FUNCTION marketplace_ones(first integer, many integer) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN CASE
    WHEN many > 63 THEN -1::bigint
    WHEN first = 0 THEN ~(-1::bigint << many)
    ELSE (~(-1::bigint << many) << first) | (~(-1::bigint << many) >> (64 - first))
END;

-- One bit for each week that the days touch, by the week's number modulo 64.
CREATE FUNCTION marketplace_weeks(first date, last date) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN marketplace_ones(
    marketplace_week(first) % 64, marketplace_week(last) - marketplace_week(first) + 1
);

-- What every row should be, today. This is the only place that says so.
CREATE VIEW placements_searchsource AS
SELECT
    placement.id AS placement_id,
    CASE WHEN placement.mode <> 'virtual' THEN workplace.easting END AS easting,
    CASE WHEN placement.mode <> 'virtual' THEN workplace.northing END AS northing,
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
    -- Beyond 63 weeks two weeks share a bit, which can be trusted on no day.
    CASE
        WHEN marketplace_week(had.last_day) - marketplace_week(marketplace_today()) > 63 THEN 0
        ELSE coalesce(had.first_closing, 2932896)
    END AS trusted_until,
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
        )), 'D') AS words
FROM placements_placement AS placement
JOIN accounts_organisation AS provider ON provider.id = placement.provider_id
LEFT JOIN accounts_workplace AS workplace ON workplace.id = placement.workplace_id
LEFT JOIN LATERAL (
    SELECT
        bit_or(marketplace_weeks(slot.starts_on, slot.ends_on)) AS weeks,
        min(slot.starts_on) - DATE '1970-01-01' AS next_day,
        max(slot.places - slot.taken) AS most_free,
        max(slot.ends_on) AS last_day,
        min(least(slot.closes_on + 1, slot.starts_on)) - DATE '1970-01-01' AS first_closing
    FROM placements_slot AS slot
    WHERE slot.placement_id = placement.id
      AND slot.state = 'open'
      AND slot.starts_on > marketplace_today()
      AND slot.closes_on >= marketplace_today()
      AND slot.taken < slot.places
) AS had ON true
WHERE placement.state = 'published'
  AND placement.suspended_at IS NULL
  AND provider.standing = 'good';

-- A badge that is new to search gets the next bit. There are 63; one beyond is found by the
-- slower way, from the listing itself.
CREATE FUNCTION placements_number_badges(codes varchar[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    unnumbered varchar;
BEGIN
    FOR unnumbered IN
        SELECT DISTINCT code FROM unnest(codes) AS code
        WHERE code NOT IN (SELECT known.code FROM placements_searchbadge AS known)
    LOOP
        PERFORM pg_advisory_xact_lock(hashtext('placements_searchbadge'));
        INSERT INTO placements_searchbadge (code, bit)
        SELECT unnumbered, next.bit
        FROM (SELECT coalesce(max(bit) + 1, 0) AS bit FROM placements_searchbadge) AS next
        WHERE next.bit <= 62
        ON CONFLICT DO NOTHING;
    END LOOP;
END
$$;

CREATE FUNCTION placements_keep_searchrow(kept uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    -- The lock comes first and the reading after it, so that of two slots which fill at
    -- the same moment neither writes what was true before the other.
    PERFORM 1 FROM placements_searchrow WHERE placement_id = kept FOR NO KEY UPDATE;
    INSERT INTO placements_searchrow (
        placement_id, easting, northing, traits, years, adjustments, badges, days, rating,
        weeks, next_day, most_free, as_of, trusted_until, by_rating, by_age, turn, words
    )
    SELECT
        placement_id, easting, northing, traits, years, adjustments, badges, days, rating,
        weeks, next_day, most_free, as_of, trusted_until, by_rating, by_age, turn, words
    FROM placements_searchsource WHERE placement_id = kept
    ON CONFLICT (placement_id) DO UPDATE SET
        easting = excluded.easting, northing = excluded.northing, traits = excluded.traits,
        years = excluded.years, adjustments = excluded.adjustments, badges = excluded.badges,
        days = excluded.days, rating = excluded.rating, weeks = excluded.weeks,
        next_day = excluded.next_day, most_free = excluded.most_free, as_of = excluded.as_of,
        trusted_until = excluded.trusted_until, by_rating = excluded.by_rating,
        by_age = excluded.by_age, turn = excluded.turn, words = excluded.words;
    IF NOT FOUND THEN
        DELETE FROM placements_searchrow WHERE placement_id = kept;
    END IF;
END
$$;

-- The part that bookings change, without making anything of words again.
CREATE FUNCTION placements_keep_dates(kept uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM placements_searchrow WHERE placement_id = kept FOR NO KEY UPDATE;
    UPDATE placements_searchrow AS had SET
        weeks = source.weeks, next_day = source.next_day, most_free = source.most_free,
        as_of = source.as_of, trusted_until = source.trusted_until
    FROM placements_searchsource AS source
    WHERE source.placement_id = kept AND had.placement_id = kept;
END
$$;

-- While many thousands are loaded at once they are left out, and rebuilt afterwards.
CREATE FUNCTION placements_is_loading() RETURNS boolean LANGUAGE sql STABLE
RETURN coalesce(current_setting('marketplace.loading', true), '') = 'on';

CREATE FUNCTION placements_follow_placement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT placements_is_loading() THEN
        PERFORM placements_number_badges(NEW.badges);
        PERFORM placements_keep_searchrow(NEW.id);
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION placements_follow_slot() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT placements_is_loading() THEN
        PERFORM placements_keep_dates(
            CASE WHEN TG_OP = 'DELETE' THEN OLD.placement_id ELSE NEW.placement_id END
        );
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION placements_follow_provider() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM placements_keep_searchrow(id) FROM (
        SELECT id FROM placements_placement
        WHERE provider_id = NEW.id AND state = 'published' ORDER BY id
    ) AS listed;
    RETURN NULL;
END
$$;

CREATE FUNCTION placements_follow_workplace() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM placements_keep_searchrow(id) FROM (
        SELECT id FROM placements_placement
        WHERE workplace_id = NEW.id AND state = 'published' ORDER BY id
    ) AS listed;
    RETURN NULL;
END
$$;

CREATE TRIGGER search_follows_a_new_placement AFTER INSERT ON placements_placement
    FOR EACH ROW WHEN (NEW.state = 'published')
    EXECUTE FUNCTION placements_follow_placement();
CREATE TRIGGER search_follows_a_placement AFTER UPDATE ON placements_placement
    FOR EACH ROW WHEN (OLD.state = 'published' OR NEW.state = 'published')
    EXECUTE FUNCTION placements_follow_placement();
CREATE TRIGGER search_follows_a_new_slot AFTER INSERT OR DELETE ON placements_slot
    FOR EACH ROW EXECUTE FUNCTION placements_follow_slot();
-- Most bookings leave a place free, and then nothing that search knows has changed but how
-- many are free in the emptiest slot: a bound from above, which each answer checks.
CREATE TRIGGER search_follows_a_slot AFTER UPDATE ON placements_slot
    FOR EACH ROW WHEN (
        (OLD.taken >= OLD.places) IS DISTINCT FROM (NEW.taken >= NEW.places)
        OR (NEW.places - NEW.taken) > (OLD.places - OLD.taken)
        OR (OLD.state, OLD.starts_on, OLD.ends_on, OLD.closes_on, OLD.placement_id)
            IS DISTINCT FROM (NEW.state, NEW.starts_on, NEW.ends_on, NEW.closes_on, NEW.placement_id)
    )
    EXECUTE FUNCTION placements_follow_slot();
CREATE TRIGGER search_follows_a_provider AFTER UPDATE ON accounts_organisation
    FOR EACH ROW WHEN (
        (OLD.standing, OLD.name) IS DISTINCT FROM (NEW.standing, NEW.name)
    )
    EXECUTE FUNCTION placements_follow_provider();
CREATE TRIGGER search_follows_a_workplace AFTER UPDATE ON accounts_workplace
    FOR EACH ROW WHEN (
        (OLD.easting, OLD.northing) IS DISTINCT FROM (NEW.easting, NEW.northing)
    )
    EXECUTE FUNCTION placements_follow_workplace();

-- What is published already.
SELECT placements_number_badges(badges) FROM placements_placement WHERE cardinality(badges) > 0;
INSERT INTO placements_searchrow (
    placement_id, easting, northing, traits, years, adjustments, badges, days, rating,
    weeks, next_day, most_free, as_of, trusted_until, by_rating, by_age, turn, words
)
SELECT
    placement_id, easting, northing, traits, years, adjustments, badges, days, rating,
    weeks, next_day, most_free, as_of, trusted_until, by_rating, by_age, turn, words
FROM placements_searchsource
-- Near each other on the ground, near each other on the disk.
ORDER BY easting / 4096, northing / 4096, placement_id;
