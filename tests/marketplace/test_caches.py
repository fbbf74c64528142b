import pytest

from marketplace.caches import ForgivingRedisCache

QUICK = {"OPTIONS": {"socket_connect_timeout": 0.2}}


@pytest.fixture
def there(settings):
    cache = ForgivingRedisCache(settings.REDIS_URL.split("?")[0] + "?db=9", {**QUICK})
    cache.clear()
    yield cache
    cache.clear()
    cache.close()


@pytest.fixture
def away():
    cache = ForgivingRedisCache("unix:///nowhere/valkey.sock", {**QUICK})
    yield cache
    cache.spare.clear()


@pytest.fixture(params=["there", "away"])
def cache(request):
    return request.getfixturevalue(request.param)


def test_what_is_put_in_comes_out(cache):
    cache.set("score", 4)

    assert cache.get("score") == 4
    assert cache.get_many(["score", "name"]) == {"score": 4}
    assert cache.has_key("score")


def test_what_is_taken_out_is_gone(cache):
    cache.set("score", 4)

    assert cache.delete("score")
    assert cache.get("score", "nothing") == "nothing"


def test_a_limit_still_counts(cache):
    cache.add("attempts", 0)
    counted = [cache.incr("attempts") for _ in range(3)]

    assert counted == [1, 2, 3]


def test_only_one_of_two_takes_a_lock(cache):
    assert [cache.add("lock", 1), cache.add("lock", 1)] == [True, False]


def test_what_is_touched_is_kept(cache):
    cache.set("score", 4, timeout=60)

    assert cache.touch("score", 120)
    assert not cache.touch("nothing", 120)


def test_memory_is_used_only_while_redis_is_away(there):
    there.set("score", 4)

    assert there.spare.get("score") is None
