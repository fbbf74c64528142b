-- The search as one would write it by hand for speed alone, to measure the product's against.
--
-- It reads a table and bitmaps of its own, made from the same listings, and gives equal
-- answers: the same page, total and counts. A count of one group leaves that group's own
-- filter out. Each piece below is taken by its name; a question q1 to q8 ends with `finish`.
--
-- Bits of `traits`: sectors 0 to 14, modes 15 (in person), 16 (hybrid), 17 (virtual), kinds 18
-- to 27. Of `years`: Year 7 is bit 0. A bitmap's number (`choice`) goes on: traits as above,
-- years 28 to 34, adjustments 35 to 44, badges 45 to 52; a week's is 100 and its number modulo 64,
-- and that of everything -1.
-- `fails` says which groups a row fails: 1 sector, 2 mode, 4 kind, 8 year, 16 adjustments, 32 badge.

-- name: build
CREATE SCHEMA handwritten;

CREATE TABLE handwritten.line (
    id integer PRIMARY KEY,
    placement uuid NOT NULL,
    easting integer,
    northing integer,
    pt point,
    traits integer NOT NULL,
    years smallint NOT NULL,
    adjustments smallint NOT NULL,
    badges smallint NOT NULL,
    weeks bigint NOT NULL,
    next_day integer NOT NULL,
    score integer NOT NULL,
    words tsvector NOT NULL
) WITH (fillfactor = 85);

INSERT INTO handwritten.line
SELECT
    row_number() OVER (ORDER BY w.shown_easting / 4096, w.shown_northing / 4096, p.id) - 1,
    p.id,
    w.shown_easting,
    w.shown_northing,
    point(w.shown_easting, w.shown_northing),
    (1 << (array_position(%(sectors)s::text[], p.sector::text) - 1))
        | (1 << (array_position(%(modes)s::text[], p.mode::text) + 14))
        | (1 << (array_position(%(kinds)s::text[], p.kind::text) + 17)),
    (1 << (p.year_to - 6)) - (1 << (p.year_from - 7)),
    (SELECT coalesce(sum(1 << (array_position(%(adjustments)s::text[], one::text) - 1)), 0)
        FROM unnest(p.adjustments) AS one),
    (SELECT coalesce(sum(1 << (array_position(%(badges)s::text[], one::text) - 1)), 0)
        FROM unnest(p.badges) AS one),
    coalesce(s.weeks, 0),
    coalesce(s.next_day, 2932896),
    -(coalesce(p.rating_average, 0) * 100 * 100000 + p.rating_count),
    setweight(to_tsvector('marketplace_english', p.title), 'A')
        || setweight(to_tsvector('marketplace_english', o.name), 'B')
        || setweight(to_tsvector('marketplace_english', p.summary), 'C')
        || setweight(to_tsvector('marketplace_english', concat_ws(' ',
            replace(p.sector, '_', ' '), replace(p.kind, '_', ' '), p.curriculum)), 'D')
FROM placements_placement AS p
JOIN accounts_organisation AS o ON o.id = p.provider_id AND o.standing = 'good'
LEFT JOIN accounts_workplace AS w ON w.id = p.workplace_id AND p.mode <> 'virtual'
LEFT JOIN (
    SELECT
        placement_id,
        bit_or(1::bigint << (week %% 64)) AS weeks,
        min(starts_on) - DATE '1970-01-01' AS next_day
    FROM placements_slot,
        -- A week has one bit of 64, so what lies further off than 63 weeks has none.
        generate_series(
            (starts_on - DATE '1970-01-05') / 7,
            least((ends_on - DATE '1970-01-05') / 7, (%(today)s - DATE '1970-01-05') / 7 + 63)
        ) AS week
    WHERE state = 'open' AND starts_on > %(today)s AND closes_on >= %(today)s AND taken < places
    GROUP BY placement_id
) AS s ON s.placement_id = p.id
WHERE p.state = 'published' AND p.suspended_at IS NULL
ORDER BY 1;

CREATE INDEX ON handwritten.line USING gist (pt) WHERE pt IS NOT NULL;
CREATE INDEX ON handwritten.line USING gin (words);
CREATE UNIQUE INDEX ON handwritten.line (placement);
CREATE INDEX ON handwritten.line (score, placement);
CREATE INDEX ON handwritten.line (next_day, placement);

CREATE TABLE handwritten.bitmap (
    choice integer PRIMARY KEY, bits bit varying NOT NULL, n integer
);
ALTER TABLE handwritten.bitmap ALTER COLUMN bits SET STORAGE EXTERNAL;

INSERT INTO handwritten.bitmap (choice, bits)
SELECT choice, string_agg(
    CASE
        WHEN choice < 0 THEN 1
        WHEN choice < 28 THEN (traits >> choice) & 1
        WHEN choice < 35 THEN (years >> (choice - 28)) & 1
        WHEN choice < 45 THEN (adjustments >> (choice - 35)) & 1
        WHEN choice < 53 THEN (badges >> (choice - 45)) & 1
        ELSE ((weeks >> (choice - 100)) & 1)::integer
    END::text, '' ORDER BY id
)::bit varying
FROM handwritten.line, unnest(
    ARRAY(SELECT generate_series(-1, 52)) || ARRAY(SELECT generate_series(100, 163))
) AS choice
GROUP BY choice;
UPDATE handwritten.bitmap SET n = bit_count(bits);

VACUUM ANALYZE handwritten.line;
VACUUM FULL ANALYZE handwritten.bitmap;

-- name: rare
-- Of these words, the rarest that any listing says.
SELECT word FROM unnest(%(words)s::text[]) AS word,
    LATERAL (
        SELECT count(*) AS said FROM handwritten.line
        WHERE words @@ websearch_to_tsquery('marketplace_english', word)
    ) AS counted
ORDER BY said = 0, said, word LIMIT 1

-- name: finish
-- Twenty lines as a page shows them, with the next three dates; the counts with the first alone.
SELECT
    CASE WHEN n = 1 OR n IS NULL THEN counted END,
    CASE WHEN n = 1 OR n IS NULL THEN pooled END,
    page.placement, page.key,
    p.title, p.summary, p.kind, p.mode, p.sector, p.self_paced, p.year_from, p.year_to, p.days,
    p.adjustments, p.badges, p.rating_average, p.rating_count, p.travel, p.last_confirmed_on,
    o.id, o.name, w.id, w.town,
    (
        SELECT json_agg(json_build_array(s.id, s.starts_on, s.ends_on, s.places, s.taken))
        FROM (
            SELECT * FROM placements_slot
            WHERE placement_id = page.placement AND state = 'open' AND taken < places
              AND starts_on > %(today)s AND closes_on >= %(today)s
              AND ends_on >= %(from)s AND starts_on <= %(to)s
            ORDER BY starts_on, ends_on, id LIMIT 3
        ) AS s
    )
FROM counts
LEFT JOIN (SELECT *, row_number() OVER (ORDER BY key, placement) AS n FROM page) AS page ON true
LEFT JOIN placements_placement AS p ON p.id = page.placement
LEFT JOIN accounts_organisation AS o ON o.id = p.provider_id
LEFT JOIN accounts_workplace AS w ON w.id = p.workplace_id
ORDER BY n

-- name: q1
-- Ten miles about a place, in person, Years 10 and 11, three weeks of July; nearest first.
WITH m AS MATERIALIZED (
    SELECT * FROM (
        SELECT placement, traits, years, adjustments, badges,
            (easting - %(east)s)::bigint * (easting - %(east)s)
                + (northing - %(north)s)::bigint * (northing - %(north)s) AS key,
            CASE WHEN traits & (1 << 15) = 0 THEN 2 ELSE 0 END
                | CASE WHEN years & 24 = 0 THEN 8 ELSE 0 END AS fails
        FROM handwritten.line
        WHERE pt <@ circle(point(%(east)s, %(north)s), %(metres)s) AND weeks & %(weeks)s <> 0
    ) AS near
    WHERE fails IN (0, 2, 8)
),
counts AS (
    SELECT
        (SELECT string_agg(int2send(g) || int2send(fails) || int4send(v) || int4send(n), ''::bytea)
            FROM (
                SELECT grouping(traits, years, adjustments, badges)::int2 AS g, fails::int2,
                    coalesce(traits, years, adjustments, badges)::int4 AS v, count(*)::int4 AS n
                FROM m
                GROUP BY GROUPING SETS
                    ((fails, traits), (fails, years), (fails, adjustments), (fails, badges))
            ) AS grouped) AS counted,
        -- Without the filter of how it happens, what is virtual would be found from anywhere.
        (SELECT int2send(17::int2) || int4send(bit_count(
            (SELECT bits FROM handwritten.bitmap WHERE choice = 17)
            & (SELECT bit_or(bits) FROM handwritten.bitmap WHERE choice IN (31, 32))
            & (SELECT bit_or(bits) FROM handwritten.bitmap WHERE choice = ANY (%(week_choices)s))
        )::int4)) AS pooled
),
page AS (SELECT placement, key FROM m WHERE fails = 0 ORDER BY key, placement LIMIT 20)

-- name: q2
-- Virtual, a common word; best rated first. A word that fewer than twenty say is looked for in
-- whole descriptions as well, and one that nobody says is taken as a beginning.
WITH said AS MATERIALIZED (
    SELECT placement, traits, years, adjustments, badges, score AS key,
        CASE WHEN traits & (1 << 17) = 0 THEN 2 ELSE 0 END AS fails
    FROM handwritten.line
    WHERE words @@ websearch_to_tsquery('marketplace_english', %(common)s)
),
described AS MATERIALIZED (
    SELECT ARRAY(
        SELECT id FROM placements_placement
        WHERE words @@ websearch_to_tsquery('english', %(common)s)
          AND (SELECT count(*) FROM said) < 20
    ) AS ids
),
m AS NOT MATERIALIZED (
    SELECT * FROM said
    UNION ALL
    SELECT placement, traits, years, adjustments, badges, score,
        CASE WHEN traits & (1 << 17) = 0 THEN 2 ELSE 0 END
    FROM handwritten.line
    WHERE placement = ANY ((SELECT ids FROM described)::uuid[])
      AND NOT words @@ websearch_to_tsquery('marketplace_english', %(common)s)
    UNION ALL
    SELECT placement, traits, years, adjustments, badges, score,
        CASE WHEN traits & (1 << 17) = 0 THEN 2 ELSE 0 END
    FROM handwritten.line
    WHERE words @@ (
            SELECT to_tsquery('marketplace_english', %(common)s || ':*')
            WHERE NOT EXISTS (SELECT FROM said)
        )
      AND placement <> ALL ((SELECT ids FROM described)::uuid[])
),
counts AS (
    SELECT string_agg(int2send(g) || int2send(fails) || int4send(v) || int4send(n), ''::bytea)
        AS counted, NULL::bytea AS pooled
    FROM (
        SELECT grouping(traits, years, adjustments, badges)::int2 AS g, fails::int2,
            coalesce(traits, years, adjustments, badges)::int4 AS v, count(*)::int4 AS n
        FROM m
        GROUP BY GROUPING SETS
            ((fails, traits), (fails, years), (fails, adjustments), (fails, badges))
    ) AS grouped
),
page AS (SELECT placement, key FROM m WHERE fails = 0 ORDER BY key, placement LIMIT 20)

-- name: q3
-- The whole nation; best rated first.
WITH counts AS (
    SELECT NULL::bytea AS counted, string_agg(int2send(choice::int2) || int4send(n::int4), ''::bytea)
        AS pooled
    FROM (SELECT choice, n FROM handwritten.bitmap WHERE choice < 100) AS counted
),
page AS (
    SELECT placement, score AS key FROM handwritten.line ORDER BY score, placement LIMIT 20
)

-- name: q4
-- Twenty-five miles about a place, in person or hybrid, with either of two adjustments.
WITH m AS MATERIALIZED (
    SELECT * FROM (
        SELECT placement, traits, years, adjustments, badges,
            (easting - %(east)s)::bigint * (easting - %(east)s)
                + (northing - %(north)s)::bigint * (northing - %(north)s) AS key,
            CASE WHEN adjustments & 20 = 0 THEN 16 ELSE 0 END AS fails
        FROM handwritten.line
        WHERE pt <@ circle(point(%(east)s, %(north)s), %(far_metres)s)
    ) AS near
),
counts AS (
    SELECT
        (SELECT string_agg(int2send(g) || int2send(fails) || int4send(v) || int4send(n), ''::bytea)
            FROM (
                SELECT grouping(traits, years, adjustments, badges)::int2 AS g, fails::int2,
                    coalesce(traits, years, adjustments, badges)::int4 AS v, count(*)::int4 AS n
                FROM m
                GROUP BY GROUPING SETS
                    ((fails, traits), (fails, years), (fails, adjustments), (fails, badges))
            ) AS grouped) AS counted,
        (SELECT int2send(17::int2) || int4send(bit_count(
            (SELECT bits FROM handwritten.bitmap WHERE choice = 17)
            & (SELECT bit_or(bits) FROM handwritten.bitmap WHERE choice IN (37, 39))
        )::int4)) AS pooled
),
page AS (SELECT placement, key FROM m WHERE fails = 0 ORDER BY key, placement LIMIT 20)

-- name: q5
-- A rare word; best rated first. The same rule of words as above.
WITH said AS MATERIALIZED (
    SELECT placement, traits, years, adjustments, badges, score AS key
    FROM handwritten.line
    WHERE words @@ websearch_to_tsquery('marketplace_english', %(rare)s)
),
described AS MATERIALIZED (
    SELECT ARRAY(
        SELECT id FROM placements_placement
        WHERE words @@ websearch_to_tsquery('english', %(rare)s)
          AND (SELECT count(*) FROM said) < 20
    ) AS ids
),
m AS NOT MATERIALIZED (
    SELECT * FROM said
    UNION ALL
    SELECT placement, traits, years, adjustments, badges, score
    FROM handwritten.line
    WHERE placement = ANY ((SELECT ids FROM described)::uuid[])
      AND NOT words @@ websearch_to_tsquery('marketplace_english', %(rare)s)
    UNION ALL
    SELECT placement, traits, years, adjustments, badges, score
    FROM handwritten.line
    WHERE words @@ (
            SELECT to_tsquery('marketplace_english', %(rare)s || ':*')
            WHERE NOT EXISTS (SELECT FROM said)
        )
      AND placement <> ALL ((SELECT ids FROM described)::uuid[])
),
counts AS (
    SELECT string_agg(int2send(g) || int2send(0::int2) || int4send(v) || int4send(n), ''::bytea)
        AS counted, NULL::bytea AS pooled
    FROM (
        SELECT grouping(traits, years, adjustments, badges)::int2 AS g,
            coalesce(traits, years, adjustments, badges)::int4 AS v, count(*)::int4 AS n
        FROM m GROUP BY GROUPING SETS (traits, years, adjustments, badges)
    ) AS grouped
),
page AS (SELECT placement, key FROM m ORDER BY key, placement LIMIT 20)

-- name: q6
-- One sector in the whole nation, in person; soonest first.
WITH masks AS MATERIALIZED (
    SELECT sector & mode AS everything, mode AS but_sector, sector AS but_mode
    FROM (SELECT bits AS sector FROM handwritten.bitmap WHERE choice = 6) AS sectors,
        (SELECT bits AS mode FROM handwritten.bitmap WHERE choice = 15) AS modes
),
counts AS (
    SELECT NULL::bytea AS counted, string_agg(int2send(choice::int2) || int4send(n::int4), ''::bytea)
        AS pooled
    FROM (
        SELECT choice, bit_count(bits & CASE
            WHEN choice < 15 THEN but_sector
            WHEN choice < 18 THEN but_mode
            ELSE everything
        END) AS n
        FROM handwritten.bitmap, masks WHERE choice BETWEEN 0 AND 99
        UNION ALL SELECT -1, bit_count(everything) FROM masks
    ) AS counted
),
page AS (
    SELECT placement, next_day AS key FROM handwritten.line
    WHERE traits & (1 << 6) <> 0 AND traits & (1 << 15) <> 0
    ORDER BY next_day, placement LIMIT 20
)

-- name: q7
-- The whole nation, in person, Years 10 and 11, three weeks of July; best rated first.
WITH masks AS MATERIALIZED (
    SELECT mode & years & dates AS everything, years & dates AS but_mode, mode & dates AS but_years
    FROM (SELECT bits AS mode FROM handwritten.bitmap WHERE choice = 15) AS modes,
        (SELECT bit_or(bits) AS years FROM handwritten.bitmap WHERE choice IN (31, 32)) AS years,
        (SELECT bit_or(bits) AS dates FROM handwritten.bitmap
            WHERE choice = ANY (%(week_choices)s)) AS dates
),
counts AS (
    SELECT NULL::bytea AS counted, string_agg(int2send(choice::int2) || int4send(n::int4), ''::bytea)
        AS pooled
    FROM (
        SELECT choice, bit_count(bits & CASE
            WHEN choice BETWEEN 15 AND 17 THEN but_mode
            WHEN choice BETWEEN 28 AND 34 THEN but_years
            ELSE everything
        END) AS n
        FROM handwritten.bitmap, masks WHERE choice BETWEEN 0 AND 99
        UNION ALL SELECT -1, bit_count(everything) FROM masks
    ) AS counted
),
page AS (
    SELECT placement, score AS key FROM handwritten.line
    WHERE traits & (1 << 15) <> 0 AND years & 24 <> 0 AND weeks & %(weeks)s <> 0
    ORDER BY score, placement LIMIT 20
)

-- name: q8
-- Page 500 of the whole nation, from the last line of page 499 on.
WITH counts AS (
    SELECT NULL::bytea AS counted, string_agg(int2send(choice::int2) || int4send(n::int4), ''::bytea)
        AS pooled
    FROM (SELECT choice, n FROM handwritten.bitmap WHERE choice < 100) AS counted
),
page AS (
    SELECT placement, score AS key FROM handwritten.line
    WHERE (score, placement) > (%(last_score)s, %(last_placement)s::uuid)
    ORDER BY score, placement LIMIT 20
)

-- The same answers in the plain form: normalised tables, a page, a COUNT, and a GROUP BY for
-- each group of counts. {where} is what was asked, but for the filter of the group counted.

-- name: plain_build
CREATE SCHEMA plain;
CREATE TABLE plain.spot AS
    SELECT p.id AS placement, w.shown_easting AS easting, w.shown_northing AS northing
    FROM placements_placement AS p JOIN accounts_workplace AS w ON w.id = p.workplace_id
    WHERE p.mode <> 'virtual';
CREATE TABLE plain.year AS
    SELECT id AS placement, generate_series(year_from::int, year_to::int) AS year
    FROM placements_placement;
CREATE TABLE plain.adjustment AS
    SELECT id AS placement, unnest(adjustments) AS code FROM placements_placement;
CREATE TABLE plain.badge AS
    SELECT id AS placement, unnest(badges) AS code FROM placements_placement;
CREATE INDEX ON plain.spot (easting, northing);
CREATE INDEX ON plain.spot (placement);
CREATE INDEX ON plain.year (placement, year);
CREATE INDEX ON plain.adjustment (placement, code);
CREATE INDEX ON plain.badge (placement, code);
CREATE INDEX ON placements_placement (rating_average DESC NULLS LAST, rating_count DESC, id);
ANALYZE plain.spot;
ANALYZE plain.year;
ANALYZE plain.adjustment;
ANALYZE plain.badge

-- name: plain_live
p.state = 'published' AND p.suspended_at IS NULL
AND EXISTS (SELECT FROM accounts_organisation WHERE id = p.provider_id AND standing = 'good')

-- name: plain_near
l.easting BETWEEN %(east)s - {metres} AND %(east)s + {metres}
AND l.northing BETWEEN %(north)s - {metres} AND %(north)s + {metres}
AND sqrt((l.easting - %(east)s)::float8 ^ 2 + (l.northing - %(north)s)::float8 ^ 2) <= {metres}

-- name: plain_dates
EXISTS (
    SELECT FROM placements_slot AS s
    WHERE s.placement_id = p.id AND s.state = 'open' AND s.taken < s.places
      AND s.starts_on > %(today)s AND s.closes_on >= %(today)s
      AND s.ends_on >= %(from)s AND s.starts_on <= %(to)s
)

-- name: plain_in_person
p.mode = 'in_person'

-- name: plain_not_virtual
p.mode IN ('in_person', 'hybrid')

-- name: plain_ks4
EXISTS (SELECT FROM plain.year AS y WHERE y.placement = p.id AND y.year IN (10, 11))

-- name: plain_supported
EXISTS (
    SELECT FROM plain.adjustment AS a
    WHERE a.placement = p.id AND a.code IN ('hearing_support', 'quiet_space')
)

-- name: plain_from_near
plain.spot AS l JOIN placements_placement AS p ON p.id = l.placement

-- name: plain_from_nation
placements_placement AS p

-- name: plain_page
SELECT p.*, o.*, w.*
FROM {from}
JOIN accounts_organisation AS o ON o.id = p.provider_id
LEFT JOIN accounts_workplace AS w ON w.id = p.workplace_id
WHERE {where} ORDER BY {order} LIMIT 20

-- name: plain_slots
SELECT * FROM placements_slot
WHERE placement_id = ANY (%(page)s) AND state = 'open' AND taken < places
  AND starts_on > %(today)s AND closes_on >= %(today)s
  AND ends_on >= %(from)s AND starts_on <= %(to)s
ORDER BY starts_on, ends_on, id

-- name: plain_by_distance
(l.easting - %(east)s)::bigint ^ 2 + (l.northing - %(north)s)::bigint ^ 2, p.id

-- name: plain_by_rating
p.rating_average DESC NULLS LAST, p.rating_count DESC, p.id

-- name: plain_total
SELECT count(*) FROM {from} WHERE {where}

-- name: plain_sector
SELECT p.sector, count(*) FROM {from} WHERE {where} GROUP BY 1

-- name: plain_mode
SELECT p.mode, count(*) FROM {from} WHERE {where} GROUP BY 1

-- name: plain_virtual
SELECT p.mode, count(*) FROM placements_placement AS p
WHERE p.mode = 'virtual' AND {where} GROUP BY 1

-- name: plain_kind
SELECT p.kind, count(*) FROM {from} WHERE {where} GROUP BY 1

-- name: plain_year_group
SELECT year::text, count(*) FROM {from} JOIN plain.year AS g ON g.placement = p.id
WHERE {where} GROUP BY 1

-- name: plain_adjustments
SELECT g.code, count(*) FROM {from} JOIN plain.adjustment AS g ON g.placement = p.id
WHERE {where} GROUP BY 1

-- name: plain_badge
SELECT g.code, count(*) FROM {from} JOIN plain.badge AS g ON g.placement = p.id
WHERE {where} GROUP BY 1
