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
