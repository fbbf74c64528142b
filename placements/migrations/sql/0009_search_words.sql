-- The words of titles and of providers' names: what somebody who mistyped one may have meant.
-- A word stays when its listing goes: it is only ever offered with what it finds.
CREATE TABLE placements_searchword (word varchar(60) PRIMARY KEY);

CREATE FUNCTION placements_learn_words(said text) RETURNS void LANGUAGE sql AS $$
    INSERT INTO placements_searchword (word)
    SELECT DISTINCT each.word
    FROM regexp_split_to_table(lower(unaccent(said)), '[^[:alpha:]]+') AS each(word)
    WHERE length(each.word) BETWEEN 4 AND 60
      AND NOT EXISTS (SELECT FROM placements_searchword AS known WHERE known.word = each.word)
    ORDER BY each.word
    ON CONFLICT DO NOTHING
$$;

CREATE FUNCTION placements_learn_title() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT placements_is_loading() THEN
        PERFORM placements_learn_words(NEW.title || ' ' || provider.name)
        FROM accounts_organisation AS provider WHERE provider.id = NEW.provider_id;
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER search_learns_a_new_title AFTER INSERT ON placements_placement
    FOR EACH ROW WHEN (NEW.state = 'published')
    EXECUTE FUNCTION placements_learn_title();
CREATE TRIGGER search_learns_a_title AFTER UPDATE ON placements_placement
    FOR EACH ROW WHEN (
        NEW.state = 'published' AND (OLD.state, OLD.title) IS DISTINCT FROM (NEW.state, NEW.title)
    )
    EXECUTE FUNCTION placements_learn_title();

SELECT placements_learn_words(placement.title || ' ' || provider.name)
FROM placements_placement AS placement
JOIN accounts_organisation AS provider ON provider.id = placement.provider_id
WHERE placement.state = 'published';
