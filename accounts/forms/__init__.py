"""The forms of people, organisations and workplaces: shape and words, no rules."""
