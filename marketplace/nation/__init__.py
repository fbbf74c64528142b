"""A synthetic nation: the whole country's listings, for measuring at full size.

It lies beside what is there, bears a mark (`marks`) and is taken out by it (`removing`).
Its rows are those that the verbs would have written, but for the history of how they came
about: no moves, no ratings behind the scores, and no messages.
"""
