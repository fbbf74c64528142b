DROP TRIGGER search_learns_a_new_title ON placements_placement;
DROP TRIGGER search_learns_a_title ON placements_placement;
DROP FUNCTION placements_learn_title();
DROP FUNCTION placements_learn_words(text);
DROP TABLE placements_searchword;
