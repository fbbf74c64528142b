import pytest

AT = pytest.mark.parametrize("width", [320, 1280])


@AT
def test_the_front_door_is_open_to_all(visit, empty_site, axe, width):
    page = visit(empty_site, width=width)
    page.goto("/")

    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_axe_is_really_looking(visit, empty_site, axe):
    page = visit(empty_site)
    page.set_content("<html><body><img src='x.png'><input></body></html>")

    found = {fault.partition(":")[0] for fault in axe(page)}

    assert {"document-title", "html-has-lang", "image-alt", "label"} <= found


def test_a_page_runs_no_script_of_its_own(visit, empty_site):
    page = visit(empty_site)
    page.goto("/")

    ran = page.evaluate(
        """() => {
            const script = document.createElement("script")
            script.textContent = "window.ran = true"
            document.body.append(script)
            return window.ran === true
        }"""
    )

    assert ran is False
