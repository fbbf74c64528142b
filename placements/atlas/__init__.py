"""Maps that we draw ourselves: where things lie on a sheet, before there is any markup.

Nothing here knows of pages, and nothing asks the database: places go in, and shapes with
their coordinates on the sheet come out (`scene.drawn`). The template makes SVG of them.
"""
