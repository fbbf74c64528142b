"""The death of a web process at a chosen point of a request, as kill -9 would bring it."""

import os
import re
import signal
import time

from django.db import connection
from django.urls import get_resolver

BEFORE_INSERT, AFTER_INSERT = "before the insert", "after the insert"
BEFORE_COMMIT, AFTER_COMMIT = "before the commit", "after the commit"
BEFORE_RESPONSE = "before the response"
POINTS = (BEFORE_INSERT, AFTER_INSERT, BEFORE_COMMIT, AFTER_COMMIT, BEFORE_RESPONSE)
HEADER = "X-Die"
# By itself, or within the statement that takes its places, too.
THE_ROW = re.compile(r'INSERT INTO "?placements_booking"? ')


def die():
    os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(60)


class DiesWhenTold:
    """Outermost, so that what comes before the response is all that we do."""

    def __init__(self, get_response):
        self.get_response = get_response
        # Before the fork, so that whoever comes next does not load them anew.
        assert get_resolver().url_patterns

    def __call__(self, request):
        point = request.headers.get(HEADER)
        if point is None:
            return self.get_response(request)
        connection.ensure_connection()
        # The process ends with the request, so nothing is put back.
        if point in (BEFORE_COMMIT, AFTER_COMMIT):
            connection.commit = committing(point, connection.commit)
        with connection.execute_wrapper(inserting(point)):
            self.get_response(request)
        assert point == BEFORE_RESPONSE
        return die()


def inserting(point):
    def around(execute, sql, *given):
        is_the_row = THE_ROW.search(str(sql))
        if is_the_row and point == BEFORE_INSERT:
            die()
        result = execute(sql, *given)
        if is_the_row and point == AFTER_INSERT:
            die()
        return result

    return around


def committing(point, commit):
    def around():
        if point == AFTER_COMMIT:
            commit()
        die()

    return around
