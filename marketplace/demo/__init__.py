"""A believable area, told through the same verbs that pages and the API call.

Every name in it is invented. Running it is also a smoke test: if a verb refuses
what the story says, the story stops.
"""
